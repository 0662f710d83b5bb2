using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Containerize.Http;

/// <summary>
/// Sends one message and gets the head of its answer: no redirects, no cookies, no credentials of its own. Hosts have
/// their own connections because they may have their own certificates.
/// </summary>
internal sealed class HttpTransport(HttpOptions options, RedirectPolicy rules) : IDisposable
{
    // A body as long as this is worth the question whether it is wanted at all (RFC 9110, 10.1.1).
    private const int WorthAsking = 1024 * 1024;

    private readonly ConcurrentDictionary<string, Lazy<Host>> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sends the message.</summary>
    /// <param name="message">The message without its body.</param>
    /// <param name="content">Makes its body; null for none.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="TransientException">It failed in a way that may pass.</exception>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0030 or CTZ0035 when trying again is of no
    /// use.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage message,
        Func<StallGuard, HttpContent>? content,
        CancellationToken cancellationToken
    )
    {
        var url = message.RequestUri!;
        var host = _hosts.GetOrAdd(url.Authority + url.Scheme, _ => new Lazy<Host>(() => Create(url))).Value;
        using var guard = new StallGuard(options.StallLimit, options.Time, cancellationToken);
        message.Content = content?.Invoke(guard);
        message.Headers.ExpectContinue =
            host.AnswersExpectations && message.Content?.Headers.ContentLength >= WorthAsking ? true : null;
        message.Headers.TryAddWithoutValidation("User-Agent", "containerize");
        if (
            message.Content is not SourceContent
            && message.Method != HttpMethod.Get
            && message.Method != HttpMethod.Head
        )
            guard.Allow(options.AnswerLimit);
        try
        {
            var response = await host.Invoker.SendAsync(message, guard.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.ExpectationFailed || message.Headers.ExpectContinue != true)
                return response;
            response.Dispose();
            host.AnswersExpectations = false;
            throw new TransientException(
                HttpErrors.Broken(message.Method, url, "it does not understand Expect: 100-continue"),
                TimeSpan.Zero
            );
        }
        catch (Exception exception)
            when (message.Content is SourceContent { SourceFailure: { } failure } && exception != failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            throw;
        }
        catch (OperationCanceledException) when (guard.Stalled)
        {
            throw new TransientException(HttpErrors.Stalled(message.Method, url, options.StallLimit));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // .NET's way to say that the connection took longer than its limit.
            throw HttpErrors.Unreachable(
                message.Method,
                url,
                new TimeoutException("the connection did not come about in time", exception),
                null
            );
        }
        catch (HttpRequestException exception)
        {
            throw HttpErrors.Unreachable(message.Method, url, exception, host.Certificate.Problem);
        }
        // .NET looks at a connection that was reset as soon as it came about, and lets the socket's own error through.
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw HttpErrors.Unreachable(message.Method, url, exception, null);
        }
    }

    public void Dispose()
    {
        foreach (var host in _hosts.Values)
            host.Value.Invoker.Dispose();
    }

    private Host Create(Uri url)
    {
        var certificates = options.Certificates(url.IsDefaultPort ? url.Host : $"{url.Host}:{url.Port}");
        var check = new CertificateCheck(certificates?.Authorities ?? [], acceptAny: rules.IsListed(url));
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy,
            ConnectTimeout = options.ConnectLimit,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = check.Accepts,
                ClientCertificates = certificates?.Client is { Count: > 0 } client
                    ? new X509CertificateCollection(client)
                    : null,
            },
        };
        return new Host(new HttpMessageInvoker(handler), check);
    }

    private sealed record Host(HttpMessageInvoker Invoker, CertificateCheck Certificate)
    {
        /// <summary>Whether it may be asked if it wants a body.</summary>
        public volatile bool AnswersExpectations = true;
    }
}
