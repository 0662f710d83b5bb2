using System.Net;

namespace Containerize.Dockerfiles.Execution.Mounts;

/// <summary>The <c>/etc/resolv.conf</c> of a command with a network of its own: the machine's, without the name servers
/// of its loopback.</summary>
internal static class NameServers
{
    /// <summary>Where systemd-resolved keeps the servers that it asks itself; Docker looks there too.</summary>
    public const string Resolved = "/run/systemd/resolve/resolv.conf";

    /// <summary>The text for a command.</summary>
    /// <param name="texts">The texts of the machine's files, the first that has a usable server counts.</param>
    /// <returns>The text; null when no server can be reached from another network namespace.</returns>
    public static string? Reachable(params IEnumerable<string> texts) =>
        texts
            .Select(text =>
                string.Concat(
                    text.Split('\n').Where(line => line.Length > 0 && !IsLoopback(line)).Select(line => line + "\n")
                )
            )
            .FirstOrDefault(text => text.Split('\n').Any(line => Server(line) is not null));

    // Without IPv6 there, a server with such an address is a wait only.
    private static bool IsLoopback(string line) =>
        line.TrimStart().StartsWith("nameserver", StringComparison.Ordinal)
        && (
            Server(line) is not { } server
            || IPAddress.IsLoopback(server)
            || server.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork
        );

    private static IPAddress? Server(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out var server) ? server : null;
    }
}
