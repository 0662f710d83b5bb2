namespace Containerize.Http;

/// <summary>The server that a client talks to (RFC 6454).</summary>
/// <param name="Base">Scheme, host and port, without a path.</param>
internal record Origin(Uri Base)
{
    public bool IsPlain => Base.Scheme == Uri.UriSchemeHttp;

    /// <summary>Whether the URL is on this server: same scheme, host and port.</summary>
    public bool Owns(Uri url) => IsSame(Base, url);

    public static bool IsSame(Uri one, Uri other) =>
        one.Scheme == other.Scheme
        && one.Port == other.Port
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);
}
