using System.Net;

namespace Containerize.Packages.Sources;

/// <summary>
/// The proxies for package sources, as apt chooses them: <c>Acquire::http::Proxy::HOST</c>, then
/// <c>Acquire::http::Proxy</c>, then those of the environment; <c>DIRECT</c> means no proxy. What is not set for
/// https is as for http.
/// </summary>
/// <param name="configuration">The machine's <c>apt.conf</c>.</param>
/// <param name="logins">The machine's <c>auth.conf</c>.</param>
/// <param name="environment">The proxies of the environment; null for none.</param>
/// <param name="isExcepted">Whether <c>NO_PROXY</c> names an address.</param>
public sealed class AptProxy(
    AptConfiguration configuration,
    AptLogins logins,
    IWebProxy? environment,
    Predicate<Uri> isExcepted
) : IWebProxy, ICredentials
{
    // Those that the client speaks (System.Net.Http, SocketsHttpHandler.Proxy).
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>Name and password of a proxy; to set them does nothing.</summary>
    public ICredentials? Credentials
    {
        get => this;
        set { }
    }

    /// <summary>A client for package sources.</summary>
    /// <param name="folder">Absolute path of what is <c>/etc/apt</c> on the machine.</param>
    /// <param name="environment">The proxies of the environment; null for none.</param>
    /// <param name="isExcepted">Whether the environment says of an address that no proxy is for it.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0070 for a proxy that is no URL of a proxy.</exception>
    public static HttpClient CreateClient(string folder, IWebProxy? environment, Predicate<Uri> isExcepted)
    {
        var files = AptFiles.Machine;
        var configuration = AptConfiguration.Read(files, folder);
        // A client that cannot learn its proxy goes without one, and says nothing.
        foreach (var text in configuration.Proxies.Where(text => text.Length > 0))
            Parse(text);
        var proxy = new AptProxy(configuration, AptLogins.Read(files, folder), environment, isExcepted);
        return new HttpClient(new SocketsHttpHandler { Proxy = proxy }, disposeHandler: true);
    }

    /// <inheritdoc />
    public Uri? GetProxy(Uri destination) => Find(destination) is { } proxy ? Bare(proxy) : null;

    /// <inheritdoc />
    public bool IsBypassed(Uri host) => Find(host) is null;

    /// <inheritdoc />
    public NetworkCredential? GetCredential(Uri uri, string authType)
    {
        if (logins.Of(uri) is { } login)
            return login;
        var named = Named().FirstOrDefault(proxy => proxy.UserInfo.Length > 0 && Bare(proxy) == Bare(uri));
        if (named is null)
            return environment?.Credentials?.GetCredential(uri, authType);
        var parts = named.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        return new NetworkCredential(parts[0], parts.ElementAtOrDefault(1) ?? "");
    }

    // All proxies of the configuration: which of them is asked is known only by its address.
    private IEnumerable<Uri> Named() => configuration.Proxies.Select(Parse).OfType<Uri>();

    private Uri? Find(Uri url)
    {
        if (isExcepted(url))
            return null;
        var text = Setting(url, $"Proxy::{url.Host}") ?? Setting(url, "Proxy");
        if (text is not null)
            return Parse(text);
        return environment?.IsBypassed(url) == false ? environment.GetProxy(url) : null;
    }

    private string? Setting(Uri url, string name) =>
        (url.Scheme == Uri.UriSchemeHttps ? configuration[$"Acquire::https::{name}"] : null)
        ?? configuration[$"Acquire::http::{name}"];

    // apt's socks5h is .NET's socks5: the proxy looks up the name.
    private static Uri? Parse(string text) =>
        text == "DIRECT" ? null
        : Uri.TryCreate(
            text.Contains("://", StringComparison.Ordinal)
                ? text.Replace("socks5h://", "socks5://", StringComparison.OrdinalIgnoreCase)
                : "http://" + text,
            UriKind.Absolute,
            out var proxy
        ) && Schemes.Contains(proxy.Scheme)
            ? proxy
        : throw AptSource.Invalid("apt.conf", $"the proxy '{Diagnostics.Passwords.Hide(text)}' is not a URL");

    private static Uri Bare(Uri proxy) =>
        new UriBuilder(proxy)
        {
            UserName = "",
            Password = "",
            Path = "",
        }.Uri;
}
