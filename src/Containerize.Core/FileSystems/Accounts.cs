using System.Collections.Immutable;
using System.Globalization;
using Containerize.Entries;

namespace Containerize.FileSystems;

/// <summary>A user of an image (passwd(5)).</summary>
/// <param name="Name">The name.</param>
/// <param name="Uid">The number.</param>
/// <param name="Gid">The number of the user's own group.</param>
/// <param name="Home">The home folder; may be empty.</param>
public sealed record Account(string Name, int Uid, int Gid, string Home);

/// <summary>A group of an image (group(5)).</summary>
/// <param name="Name">The name.</param>
/// <param name="Gid">The number.</param>
/// <param name="Members">The names of users whose own group it need not be.</param>
public sealed record AccountGroup(string Name, int Gid, ImmutableArray<string> Members);

/// <summary>The users and groups that an image knows.</summary>
/// <param name="Users">The users, in the file's order.</param>
/// <param name="Groups">The groups, in the file's order.</param>
public sealed record Accounts(ImmutableArray<Account> Users, ImmutableArray<AccountGroup> Groups)
{
    /// <summary>Where the users are.</summary>
    public static ContainerPath UsersPath { get; } = ContainerPath.Parse("/etc/passwd");

    /// <summary>Where the groups are.</summary>
    public static ContainerPath GroupsPath { get; } = ContainerPath.Parse("/etc/group");

    /// <summary>Reads both files; a malformed line is passed over, as the C library does.</summary>
    /// <param name="users">The text of <c>/etc/passwd</c>.</param>
    /// <param name="groups">The text of <c>/etc/group</c>.</param>
    public static Accounts Parse(string users, string groups) =>
        new(
            [
                .. Lines(users, 6)
                    .Select(parts =>
                        Number(parts[2]) is { } uid && Number(parts[3]) is { } gid
                            ? new Account(parts[0], uid, gid, parts[5])
                            : null
                    )
                    .OfType<Account>(),
            ],
            [
                .. Lines(groups, 3)
                    .Select(parts =>
                        Number(parts[2]) is { } gid
                            ? new AccountGroup(
                                parts[0],
                                gid,
                                [
                                    .. parts.ElementAtOrDefault(3)?.Split(',', StringSplitOptions.RemoveEmptyEntries)
                                        ?? [],
                                ]
                            )
                            : null
                    )
                    .OfType<AccountGroup>(),
            ]
        );

    /// <summary>The user of that name, else the one of that number; null for none.</summary>
    public Account? FindUser(string nameOrNumber) =>
        Users.FirstOrDefault(user => user.Name == nameOrNumber)
        ?? (Number(nameOrNumber) is { } uid ? Users.FirstOrDefault(user => user.Uid == uid) : null);

    /// <summary>The group of that name, else the one of that number; null for none.</summary>
    public AccountGroup? FindGroup(string nameOrNumber) =>
        Groups.FirstOrDefault(group => group.Name == nameOrNumber)
        ?? (Number(nameOrNumber) is { } gid ? Groups.FirstOrDefault(group => group.Gid == gid) : null);

    /// <summary>The numbers of the groups that name a user as their member.</summary>
    public ImmutableArray<int> GroupsOf(string user) =>
        [.. Groups.Where(group => group.Members.Contains(user)).Select(group => group.Gid).Distinct()];

    /// <summary>The number that a text is; null for none that Linux has for users and groups.</summary>
    public static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<string[]> Lines(string text, int least) =>
        text.Split('\n')
            .Select(line => line.TrimEnd('\r').Split(':'))
            .Where(parts => parts.Length >= least && parts[0].Length > 0 && parts[0][0] != '#');
}
