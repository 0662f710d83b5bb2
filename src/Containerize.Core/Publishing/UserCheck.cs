using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Publishing;

/// <summary>The user that a container is to run as, and whether an image knows that user.</summary>
public static class UserCheck
{
    /// <summary>Reads <c>ContainerUser</c>: a user, or a user and a group with <c>:</c> between them, each a name or a
    /// number (image-spec, config.md, <c>User</c>).</summary>
    /// <param name="text">The value; empty for none.</param>
    /// <param name="isWindows">Whether the container runs Windows, where a name may have a blank.</param>
    /// <returns>The value as it is; null for none.</returns>
    /// <exception cref="ContainerizeException">CTZ0450.</exception>
    public static string? Parse(string text, bool isWindows)
    {
        if (text.Length == 0)
            return null;
        var why = text.Split(':') switch
        {
            [_, _, _, ..] => "there is more than one ':'",
            ["", ..] => "no user stands before ':', so an engine starts it as root",
            [_, ""] => "no group stands after ':', and some engines take group 0 then",
            _ when !isWindows && text.Any(char.IsWhiteSpace) => "a name has no blanks",
            _ => null,
        };
        return why is null
            ? text
            : throw new ContainerizeException(
                DiagnosticTable.InvalidUser,
                $"ContainerUser is '{text}': {why}. Write a user or 'user:group', by name or by number, such as '1654' "
                    + "or '1654:1654'."
            );
    }

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
    /// <exception cref="ContainerizeException">The codes of <see cref="ImageFiles"/>.</exception>
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
