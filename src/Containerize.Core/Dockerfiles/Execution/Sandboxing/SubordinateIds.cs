using System.Globalization;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>The numbers that an ordinary user may give to the users of a container (subuid(5), subgid(5)).</summary>
/// <param name="First">The first number.</param>
/// <param name="Count">How many there are.</param>
public sealed record SubordinateIds(int First, int Count)
{
    /// <summary>The first range that a file gives a user; null for none.</summary>
    /// <param name="text">The text of <c>/etc/subuid</c> or <c>/etc/subgid</c>: <c>NAME:FIRST:COUNT</c> lines, a number
    /// in place of a name too.</param>
    /// <param name="userId">The user's number.</param>
    /// <param name="userName">The user's name; null when it is not known.</param>
    public static SubordinateIds? Find(string text, int userId, string? userName)
    {
        var number = userId.ToString(CultureInfo.InvariantCulture);
        return text.Split('\n')
            .Select(line => line.Trim().Split(':'))
            .Where(parts => parts.Length == 3 && (parts[0] == number || parts[0] == userName))
            .Select(parts =>
                Accounts.Number(parts[1]) is { } first && Accounts.Number(parts[2]) is > 0 and { } count
                    ? new SubordinateIds(first, count)
                    : null
            )
            .FirstOrDefault(ids => ids is not null);
    }
}
