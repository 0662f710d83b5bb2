using System.Collections.Immutable;
using System.Net.Http.Headers;
using Containerize.Http;

namespace Containerize.Stores.Registries.Client;

/// <summary>A request to a registry, as often as it must be sent.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">An absolute URL, or a path on the registry.</param>
/// <param name="Access">What it needs to be allowed.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Url, RegistryAccess Access)
{
    /// <summary>The media types that are understood.</summary>
    public ImmutableArray<string> Accept { get; init; } = [];

    /// <summary>Makes the body, once for each time it is sent; null for none.</summary>
    public Func<StallGuard, HttpContent>? Content { get; init; }

    /// <summary>The first byte that is wanted of a body; 0 for all.</summary>
    public long From { get; init; }

    /// <summary>The wait of who can do without it; null for what is needed.</summary>
    public WaitLimit? WaitLimit { get; init; }

    /// <summary>What the content has to be still for a change of it, as the registry named it; null for whatever it
    /// is.</summary>
    public string? IfMatch { get; init; }

    public RegistryRequest(HttpMethod method, string path, RegistryAccess access)
        : this(method, new Uri(path, UriKind.Relative), access) { }

    /// <summary>A message for one hop of it.</summary>
    public HttpRequestMessage ToMessage(Uri url, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(Method, url);
        foreach (var mediaType in Accept)
            message.Headers.TryAddWithoutValidation("Accept", mediaType);
        if (From > 0)
            message.Headers.Range = new RangeHeaderValue(From, null);
        if (IfMatch is not null)
            message.Headers.TryAddWithoutValidation("If-Match", IfMatch);
        message.Headers.Authorization = authorization;
        return message;
    }
}
