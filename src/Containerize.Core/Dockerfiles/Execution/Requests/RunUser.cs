using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Execution.Requests;

/// <summary>Who a command runs as.</summary>
/// <param name="Uid">The user's number.</param>
/// <param name="Gid">The group's number.</param>
/// <param name="Groups">
/// The numbers of all groups, the first of them <paramref name="Gid"/>: one that is missing could be dropped, and with
/// it what it is denied (CVE-2023-25173).
/// </param>
/// <param name="Home">The user's home folder.</param>
internal sealed record RunUser(int Uid, int Gid, ImmutableArray<int> Groups, string Home)
{
    /// <summary>Looks a user up in the image, as the engines do.</summary>
    /// <param name="text"><c>USER</c>'s argument: names or numbers of a user and, after a colon, of a group; empty for
    /// root, before the colon too.</param>
    /// <param name="accounts">The image's.</param>
    /// <param name="where">The instruction, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0145 for a name that the image does not know.</exception>
    public static RunUser Find(string text, Accounts accounts, string where)
    {
        // What is empty on either side of the colon is as if it were not there (GetExecUser of runc's libcontainer).
        var parts = text.Split(':', 2);
        var name = parts[0].Length > 0 ? parts[0] : "0";
        var user = accounts.FindUser(name);
        var uid = user?.Uid ?? Accounts.Number(name) ?? throw Unknown("user", name);
        var home =
            user is { Home.Length: > 0 } ? user.Home
            : uid == 0 ? "/root"
            : "/";
        if (parts is [_] or [_, ""])
            return new RunUser(
                uid,
                user?.Gid ?? 0,
                user is null ? [0] : [user.Gid, .. accounts.GroupsOf(user.Name).Where(gid => gid != user.Gid)],
                home
            );
        var gid = accounts.FindGroup(parts[1])?.Gid ?? Accounts.Number(parts[1]) ?? throw Unknown("group", parts[1]);
        return new RunUser(uid, gid, [gid], home);

        ContainerizeException Unknown(string kind, string what) =>
            new(
                DiagnosticTable.RunUserUnknown,
                $"{where}: the image knows no {kind} '{what}'. Make it in a RUN before, name one of "
                    + $"/etc/{(kind == "user" ? "passwd" : "group")}, or give its number."
            );
    }
}
