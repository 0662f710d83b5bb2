using System.Collections.Immutable;
using System.Net;
using Containerize.Diagnostics;
using Containerize.Http;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>
/// The proxies that variables name, with the rules of Docker and Podman (Go's httpproxy), so that what reaches a
/// registry there does so here: <c>NO_PROXY</c> holds hosts with their subdomains, addresses, networks, ports and
/// <c>*</c>, and this machine is never behind a proxy.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly ImmutableArray<string> _exceptions;

    private EnvironmentProxy(Uri? http, Uri? https, ImmutableArray<string> exceptions) =>
        (_http, _https, _exceptions) = (http, https, exceptions);

    /// <summary>Name and password of the proxy's URL.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Reads <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c>, in either case; null
    /// when no proxy is named.</summary>
    /// <exception cref="ContainerizeException">CTZ0015 for a proxy that is no URL.</exception>
    public static EnvironmentProxy? Create(MachineEnvironment environment)
    {
        var http = Read(environment, "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy");
        var https = Read(environment, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy");
        if (http is null && https is null)
            return null;
        return new EnvironmentProxy(Bare(http), Bare(https), Exceptions(environment))
        {
            Credentials = CredentialsOf(http, https),
        };
    }

    /// <summary>Whether <c>NO_PROXY</c> names an address.</summary>
    public static bool IsExcepted(MachineEnvironment environment, Uri url) =>
        Exceptions(environment).Any(exception => Matches(exception, url));

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : For(destination);

    public bool IsBypassed(Uri host) =>
        For(host) is null || RedirectPolicy.IsLoopback(host) || _exceptions.Any(exception => Matches(exception, host));

    private static ImmutableArray<string> Exceptions(MachineEnvironment environment) =>
        [
            .. (environment.FirstVariable("NO_PROXY", "no_proxy") ?? "").Split(
                [',', ' '],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            ),
        ];

    private Uri? For(Uri url) => url.Scheme == Uri.UriSchemeHttps ? _https : _http;

    private static bool Matches(string exception, Uri url)
    {
        if (exception == "*")
            return true;
        var host = url.IdnHost;
        var colon = exception.LastIndexOf(':');
        if (
            colon > 0
            && exception.IndexOf(':', StringComparison.Ordinal) == colon
            && int.TryParse(exception[(colon + 1)..], out var port)
        )
        {
            if (port != url.Port)
                return false;
            exception = exception[..colon];
        }

        if (IPAddress.TryParse(host, out var address))
            return IPNetwork.TryParse(exception, out var network)
                ? network.Contains(address)
                : IPAddress.TryParse(exception.Trim('[', ']'), out var same) && same.Equals(address);
        var name = exception.TrimStart('*');
        return name.StartsWith('.')
            ? host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            : host.Equals(name, StringComparison.OrdinalIgnoreCase)
                || host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
    }

    private static Uri? Read(MachineEnvironment environment, params ReadOnlySpan<string> names)
    {
        if (environment.FirstVariable(names) is not { } text)
            return null;
        var url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return
            Uri.TryCreate(url, UriKind.Absolute, out var proxy)
            && proxy.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5"
            ? proxy
            : throw new ContainerizeException(
                DiagnosticTable.InvalidSetting, // not its value, which may hold a password
                $"The proxy in {names[0]} is not a URL such as 'http://proxy.example:3128'. Mend or clear the variable."
            );
    }

    private static Uri? Bare(Uri? proxy) =>
        proxy is null ? null : new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;

    private static CredentialCache? CredentialsOf(params Uri?[] proxies)
    {
        var cache = new CredentialCache();
        foreach (
            var proxy in proxies
                .OfType<Uri>()
                .Where(proxy => proxy.UserInfo.Length > 0)
                .DistinctBy(proxy => proxy.Authority)
        )
        {
            var parts = proxy.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
            cache.Add(Bare(proxy)!, "Basic", new NetworkCredential(parts[0], parts.ElementAtOrDefault(1) ?? ""));
        }

        return cache;
    }
}
