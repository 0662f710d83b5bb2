namespace Containerize.Packages;

/// <summary>A client for package sources that is made when the first of them is asked: what is wrong with the machine's
/// files of apt is no matter of a build without packages.</summary>
/// <param name="create">Makes the client.</param>
public sealed class DeferredClient(Func<HttpClient> create) : IDisposable
{
    private readonly Lazy<HttpClient> _client = new(create);

    /// <summary>The client, the same each time.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0070 for a proxy of apt that is no URL.</exception>
    public HttpClient Value => _client.Value;

    /// <inheritdoc />
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }
}
