using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Containerize.Http;

/// <summary>
/// Which hosts are spoken to, and how. A registry may send us elsewhere, with a redirect, an upload's location or a
/// token realm; it must not send us, or our credentials, where it could not go itself.
/// </summary>
internal sealed class RedirectPolicy(ImmutableHashSet<string> insecure)
{
    private readonly ImmutableHashSet<string> _insecure = insecure.WithComparer(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the user listed the host of the URL as insecure.</summary>
    public bool IsListed(Uri url) => _insecure.Contains(url.Host) || _insecure.Contains($"{url.Host}:{url.Port}");

    /// <summary>Whether plain HTTP may be spoken to the host at all.</summary>
    public bool MayBePlain(Uri url) => IsLoopback(url) || IsListed(url);

    /// <summary>Whether the host is this machine, by name or by address.</summary>
    public static bool IsLoopback(Uri url) =>
        IsLocalName(url.IdnHost) || (Address(url) is { } address && IPAddress.IsLoopback(address));

    /// <summary>
    /// Says why a URL that a registry gave us is not to be followed, or null when it is fine. Refused are: other
    /// schemes, names and passwords in it, plain HTTP where the registry has HTTPS, and literal addresses of private
    /// networks and of this machine unless the registry is on that very host (CVE-2026-48978, CVE-2026-50151). Listed
    /// hosts may.
    /// </summary>
    public string? Objection(Uri url, Origin endpoint)
    {
        if (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            return $"the scheme '{url.Scheme}' is not one of HTTP";
        if (url.UserInfo.Length > 0)
            return "it holds a user's name";
        if (!System.Text.Ascii.IsValid(url.Host))
            return "its host is written to look like another";
        if (endpoint.Owns(url))
            return null;
        var sameHost = string.Equals(url.IdnHost, endpoint.Base.IdnHost, StringComparison.OrdinalIgnoreCase);
        if (url.Scheme == Uri.UriSchemeHttp && !IsListed(url) && !(sameHost && endpoint.IsPlain))
            return "it is plain HTTP";
        if (sameHost || IsListed(url))
            return null;
        if (IsLocalName(url.IdnHost) || url.IdnHost.EndsWith('.'))
            return "its host is this machine or written to look like another";
        return Address(url) is { } address && !IsPublic(address) ? "its host is an address that is not public" : null;
    }

    /// <summary>Whether an address is one of the public internet (RFC 6890 and the registries that it
    /// founded).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (Embedded(address) is { } inner)
            return IsPublic(inner);
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? (bytes[0] & 0xe0) == 0x20 // only 2000::/3 is handed out
            : (bytes[0], bytes[1], bytes[2]) switch
            {
                (0 or 10 or 127 or >= 224, _, _) => false,
                (100, >= 64 and < 128, _) => false,
                (169, 254, _) => false,
                (172, >= 16 and < 32, _) => false,
                (192, 168, _) or (192, 0, 0) => false,
                (198, 18 or 19, _) => false,
                _ => true,
            };
    }

    // An IPv4 address inside an IPv6 one: mapped (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::/96) and 6to4
    // (2002::/16).
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        var bytes = address.GetAddressBytes();
        if (
            address.IsIPv4MappedToIPv6
            || bytes.AsSpan(0, 12).SequenceEqual(Nat64)
            || !bytes.AsSpan(0, 12).ContainsAnyExcept((byte)0)
        )
            return new IPAddress(bytes.AsSpan(12));
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? new IPAddress(bytes.AsSpan(2, 4)) : null;
    }

    private static ReadOnlySpan<byte> Nat64 => [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

    private static bool IsLocalName(string host)
    {
        var name = host.TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static IPAddress? Address(Uri url) =>
        IPAddress.TryParse(url.IdnHost.TrimEnd('.'), out var address) ? address : null;
}
