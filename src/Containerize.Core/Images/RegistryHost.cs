using System.Globalization;
using System.Text.RegularExpressions;

namespace Containerize.Images;

/// <summary>The one reader of a registry's host, with or without a port, as references and settings write it.</summary>
internal static partial class RegistryHost
{
    private const int LargestPort = 65535;

    /// <summary>
    /// Says what is wrong with a host, or null where it is one: a name or an address of RFC 3986, section 3.2.2, an
    /// IPv6 address in brackets, and a port from 1 to 65535 where one is given.
    /// </summary>
    /// <param name="text">The host as it is written: <c>registry.example</c>, <c>localhost:5000</c>,
    /// <c>[::1]:5000</c>.</param>
    /// <returns>What is wrong, as the end of a sentence that begins with the text; null for nothing.</returns>
    public static string? Objection(string text)
    {
        if (HostPattern().Match(text) is not { Success: true } match)
            return "is not a registry's host name";
        var (host, port) = (match.Groups["host"].Value, match.Groups["port"].Value);
        if (
            port.Length > 0
            && (
                !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number is 0 or > LargestPort
            )
        )
            return string.Create(
                CultureInfo.InvariantCulture,
                $"has the port {port}, and ports go from 1 to {LargestPort}"
            );
        if (host.StartsWith('['))
            return Uri.CheckHostName(host) == UriHostNameType.IPv6
                ? null
                : $"has '{host}' for an IPv6 address, which it is not";
        // What every other part of a run reads the host with: a label longer than 63 letters, for one, is no name
        // there.
        return Uri.TryCreate("https://" + text, UriKind.Absolute, out _) ? null : "is not a registry's host name";
    }

    /// <summary>The one text of all that name the same host: in lower case, without the port of https.</summary>
    /// <param name="text">The host as it is written.</param>
    public static string Canonical(string text) =>
        Uri.TryCreate("https://" + text, UriKind.Absolute, out var url) ? url.Authority : text.ToLowerInvariant();

    [GeneratedRegex(
        @"^(?<host>[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
            + @"|\[[0-9a-fA-F:.]+\])(?::(?<port>[0-9]+))?\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex HostPattern();
}
