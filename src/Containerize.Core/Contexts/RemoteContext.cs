namespace Containerize.Contexts;

/// <summary>A context that a URL names: a tar or a Dockerfile.</summary>
internal static class RemoteContext
{
    /// <summary>Whether a context is a URL.</summary>
    public static bool IsUrl(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>What the URL gives.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0233.</exception>
    public static async Task<Stream> OpenAsync(
        string url,
        HttpClient http,
        bool isOffline,
        CancellationToken cancellationToken
    )
    {
        if (isOffline)
            throw ContextSource.Unavailable(url, "it would have to be fetched, and --offline forbids it");
        try
        {
            return await http.GetStreamAsync(new Uri(url), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or UriFormatException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw ContextSource.Unavailable(url, exception.Message.TrimEnd('.'), exception);
        }
    }
}
