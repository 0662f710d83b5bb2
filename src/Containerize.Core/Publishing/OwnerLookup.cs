using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Publishing.Layering;

namespace Containerize.Publishing;

/// <summary>Owners by name as numbers, by the passwd and the group file of an image: the project's own, else those
/// below.</summary>
/// <param name="plan">The project's layers.</param>
/// <param name="files">The files of the image below; called only where a name has to be looked up.</param>
internal sealed class OwnerLookup(LayerPlan plan, Func<Task<ImageFiles>> files)
{
    private Accounts? _accounts;

    /// <summary>The numbers of an owner.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="unknown">The error for a name that the image does not know.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<(int Uid, int Gid)> FindAsync(
        FileOwner owner,
        Func<string, ContainerizeException> unknown,
        CancellationToken cancellationToken
    )
    {
        if (owner.Numbers is { } numbers)
            return numbers;
        _accounts ??= Accounts.Parse(
            await TextAsync(Accounts.UsersPath, cancellationToken).ConfigureAwait(false),
            await TextAsync(Accounts.GroupsPath, cancellationToken).ConfigureAwait(false)
        );
        return owner.In(_accounts, unknown);
    }

    private async Task<string> TextAsync(ContainerPath path, CancellationToken cancellationToken) =>
        Own(path)
        ?? await (await files().ConfigureAwait(false)).ReadTextAsync(path, cancellationToken).ConfigureAwait(false)
        ?? "";

    private string? Own(ContainerPath path)
    {
        var entry = plan
            .Layers.SelectMany(layer => layer.Entries)
            .LastOrDefault(entry => entry.Path == path && entry.Content is not null);
        if (entry is null)
            return null;
        using var reader = new StreamReader(entry.Content!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
