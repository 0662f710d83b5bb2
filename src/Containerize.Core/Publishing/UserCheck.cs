using System.Collections.Immutable;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Publishing;

/// <summary>Whether an image knows the user that its container is to run as.</summary>
internal static class UserCheck
{
    /// <summary>Whether a layer brings users or groups.</summary>
    public static bool HasAccounts(PlannedLayer plan) =>
        plan.Entries.Any(entry => entry.Path == Accounts.UsersPath || entry.Path == Accounts.GroupsPath);

    /// <summary>
    /// The name of a user or a group that neither the base nor the project's layers know, of which an engine starts no
    /// container; null where all is well, or where only the layers of the base could show it.
    /// </summary>
    /// <param name="user">The user as the project writes it, with or without a group.</param>
    /// <param name="baseImage">The base image; its layers are read if all of them are on this machine.</param>
    /// <param name="layers">Those of the project's layers that may bring users, lowest first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of <see cref="ImageFiles"/>.</exception>
    public static async Task<string?> FindUnknownAsync(
        string user,
        Image baseImage,
        IEnumerable<Layer> layers,
        CancellationToken cancellationToken
    )
    {
        var parts = user.Split(':');
        // Root is known to the engines themselves, and the base vouches for its own user.
        ImmutableArray<string> names =
        [
            .. parts.Where(part => part is not ("" or "root") && Accounts.Number(part) is null),
        ];
        if (
            names.IsEmpty
            || user == baseImage.Config.User
            || baseImage.Config.Platform.Os == "windows"
            || baseImage.Layers.Any(layer => layer.Blob.Origin is not null)
        )
            return null;
        var files = await ImageFiles.ReadAsync(baseImage, cancellationToken).ConfigureAwait(false);
        foreach (var layer in layers)
            files = await files.WithAsync(layer, cancellationToken).ConfigureAwait(false);
        var accounts = await files.ReadAccountsAsync(cancellationToken).ConfigureAwait(false);
        return names.FirstOrDefault(name =>
            name == parts[0] ? accounts.FindUser(name) is null : accounts.FindGroup(name) is null
        );
    }
}
