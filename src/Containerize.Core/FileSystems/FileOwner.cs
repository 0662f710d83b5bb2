using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.FileSystems;

/// <summary>Who owns what a project puts into an image: numbers, or names of the image's users and groups.</summary>
/// <param name="User">A number or a name.</param>
/// <param name="Group">A number or a name; null for the group of the same number, of a name for the user's own
/// group.</param>
public sealed partial record FileOwner(string User, string? Group = null)
{
    /// <summary>The owner as the numbers that it is written in; null where the image's files have to be
    /// asked.</summary>
    public (int Uid, int Gid)? Numbers =>
        Number(User) is { } uid && (Group is null ? uid : Number(Group)) is { } gid ? (uid, gid) : null;

    /// <summary>Reads <c>uid</c>, <c>uid:gid</c>, <c>name</c> or <c>name:group</c>; empty is null.</summary>
    /// <param name="text">What the project says.</param>
    /// <param name="invalid">The error for an invalid text; it is given the reason.</param>
    public static FileOwner? Parse(string text, Func<string, ContainerizeException> invalid)
    {
        if (text.Length == 0)
            return null;
        var parts = text.Split(':');
        return parts.Length <= 2 && parts.All(part => Number(part) is not null || Name().IsMatch(part))
            ? new FileOwner(parts[0], parts.Length > 1 ? parts[1] : null)
            : throw invalid(
                $"Owner='{text}' is no owner: 'uid', 'uid:gid' or a user's name is, such as 1654:1654 or app"
            );
    }

    /// <summary>Reads the user that an image names, as a config writes it.</summary>
    public static FileOwner OfUser(string user) =>
        user.Split(':') is [var name, { Length: > 0 } group, ..]
            ? new FileOwner(name, group)
            : new FileOwner(user.Split(':')[0]);

    /// <summary>The owner's numbers in an image.</summary>
    /// <param name="accounts">The users and groups that the image knows.</param>
    /// <param name="unknown">The error for a name that it does not know.</param>
    public (int Uid, int Gid) In(Accounts accounts, Func<string, ContainerizeException> unknown)
    {
        var account = accounts.FindUser(User);
        var uid = account?.Uid ?? Number(User) ?? throw unknown(User);
        return (
            uid,
            Group is null
                ? account?.Gid ?? uid
                : accounts.FindGroup(Group)?.Gid ?? Number(Group) ?? throw unknown(Group)
        );
    }

    /// <summary>The owner as a project writes it.</summary>
    public override string ToString() => Group is null ? User : $"{User}:{Group}";

    // Root is known to every image, also to one without a passwd.
    private static int? Number(string text) => text == "root" ? 0 : Accounts.Number(text);

    // The names that useradd takes (useradd(8)), in either case.
    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
