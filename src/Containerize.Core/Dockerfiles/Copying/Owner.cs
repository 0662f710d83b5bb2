using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>Who <c>--chown</c> and <c>USER</c> mean.</summary>
/// <param name="Uid">The user's number.</param>
/// <param name="Gid">The group's number.</param>
internal sealed record Owner(int Uid, int Gid)
{
    /// <summary>
    /// Looks names up in an image's accounts. A number alone stands for the group, too; a name alone brings its own
    /// group.
    /// </summary>
    /// <param name="text"><c>user</c>, <c>user:group</c>, by name or number.</param>
    /// <param name="accounts">Reads the accounts; asked only for names.</param>
    /// <returns>The owner, or the name that the image does not have.</returns>
    public static async Task<(Owner? Owner, string? Unknown)> ResolveAsync(string text, Func<Task<Accounts>> accounts)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (user, group) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        // ":10" is root with another group: a missing part is 0.
        var (uid, gid) = (user.Length == 0 ? 0 : Number(user), Number(group));
        if (uid is not null && (gid is not null || group.Length == 0))
            return (new Owner(uid.Value, gid ?? uid.Value), null);
        var known = await accounts().ConfigureAwait(false);
        var account = uid is null ? known.FindUser(user) : null;
        if (uid is null && account is null)
            return (null, user);
        if (group.Length == 0)
            return (new Owner(account!.Uid, account.Gid), null);
        return (gid ?? (Number(group) is null ? known.FindGroup(group)?.Gid : null)) is { } number
            ? (new Owner(uid ?? account!.Uid, number), null)
            : (null, group);
    }

    // Root is root, also in an image that has no accounts.
    private static int? Number(string text) => text == "root" ? 0 : Accounts.Number(text);
}
