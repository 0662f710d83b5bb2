namespace Containerize.Http;

/// <summary>Reads the body of an answer into memory, never more than the caller says.</summary>
internal static class ResponseBody
{
    /// <summary>Reads the body.</summary>
    /// <returns>Its bytes, at most <paramref name="cap"/>, and whether there were more.</returns>
    /// <exception cref="TransientException">It broke off or stalled.</exception>
    public static async Task<(byte[] Bytes, bool More)> ReadAsync(
        HttpResponseMessage response,
        int cap,
        HttpOptions options,
        CancellationToken cancellationToken
    )
    {
        var (method, url) = (response.RequestMessage!.Method, response.RequestMessage.RequestUri!);
        using var guard = new StallGuard(options.StallLimit, options.Time, cancellationToken);
        try
        {
            using var stream = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await stream.ReadAsync(buffer, guard.Token).ConfigureAwait(false) is > 0 and var read)
            {
                guard.Moved();
                options.WaitLimit?.Renew();
                var room = (int)(cap - bytes.Length);
                bytes.Write(buffer, 0, Math.Min(read, room));
                if (read > room)
                    return (bytes.ToArray(), true);
            }

            return (bytes.ToArray(), false);
        }
        catch (OperationCanceledException) when (guard.Stalled)
        {
            throw new TransientException(HttpErrors.Stalled(method, url, options.StallLimit));
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw HttpErrors.Unreachable(method, url, exception, null);
        }
    }
}
