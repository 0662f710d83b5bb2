using System.Net;
using System.Net.Http.Headers;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.IO;
using Containerize.Stores.Registries.Authentication;

namespace Containerize.Stores.Registries.Client;

/// <summary>One registry: where it answers, how it is approached, and requests to it.</summary>
internal sealed class RegistryConnection
{
    private const int LargestError = 64 * 1024;
    private const int MostRedirects = 10;
    private const int MostRounds = 3;

    private readonly string _registry;
    private readonly HttpTransport _transport;
    private readonly RedirectPolicy _rules;
    private readonly RegistryOptions _options;
    private readonly Authenticator _authenticator;
    private readonly AsyncOnce<RegistryEndpoint> _endpoint;

    public RegistryConnection(string registry, HttpTransport transport, RedirectPolicy rules, RegistryOptions options)
    {
        (_registry, _transport, _rules, _options) = (registry, transport, rules, options);
        _authenticator = new Authenticator(registry, new TokenClient(transport, rules, options), options);
        _endpoint = new AsyncOnce<RegistryEndpoint>(FindAsync);
    }

    /// <summary>Sends the request with the credentials known so far, follows redirects, and sends it again after each
    /// challenge that can be met.</summary>
    /// <returns>An answer that is neither a redirect nor one that may pass; its head is read, its body is
    /// not.</returns>
    /// <exception cref="TransientException">It failed in a way that may pass.</exception>
    public async Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var finding = _endpoint.GetAsync(cancellationToken);
        var isKnown = finding.IsCompleted;
        var endpoint = await finding.ConfigureAwait(false);
        if (!isKnown)
            request.WaitLimit?.Renew();
        for (var round = 1; ; round++)
        {
            var authorization = await _authenticator
                .HeaderAsync(endpoint, request.Access, request.WaitLimit, cancellationToken)
                .ConfigureAwait(false);
            var response = await SendAsync(endpoint, request, authorization, cancellationToken).ConfigureAwait(false);
            if (
                response.StatusCode == HttpStatusCode.Unauthorized
                && round < MostRounds
                && endpoint.Owns(response.RequestMessage!.RequestUri!)
                && await LearnAsync(endpoint, response, cancellationToken).ConfigureAwait(false)
                && _authenticator.Reconsider(endpoint, request.Access, authorization)
            )
            {
                response.Dispose();
                continue;
            }

            Tell(response);
            if (!TransientStatus.Is(response.StatusCode))
                return response;
            using (response)
                throw new TransientException(
                    await RefusedAsync(response, request.Access, cancellationToken, request.WaitLimit)
                        .ConfigureAwait(false),
                    TransientStatus.Wait(response, _options.Time)
                );
        }
    }

    /// <summary>Makes the exception for an unexpected response.</summary>
    public async Task<ContainerizeException> RefusedAsync(
        HttpResponseMessage response,
        RegistryAccess access,
        CancellationToken cancellationToken,
        WaitLimit? limit = null
    )
    {
        var endpoint = await _endpoint.GetAsync(cancellationToken).ConfigureAwait(false);
        var request = response.RequestMessage!;
        var (body, _) = await ResponseBody
            .ReadAsync(response, LargestError, _options, cancellationToken)
            .ConfigureAwait(false);
        var advising = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? _authenticator.AdviceAsync(endpoint, access, cancellationToken)
            : Task.FromResult<(Diagnostic, string)>(default);
        var advice = await (limit?.HoldAsync(advising) ?? advising).ConfigureAwait(false);
        return RegistryErrors.Refused(
            request.Method,
            request.RequestUri!,
            response.StatusCode,
            body,
            advice,
            _authenticator.Redactor
        );
    }

    /// <summary>
    /// Makes the exception for a manifest that is refused. A registry that misses a blob which it took just now may
    /// find it a moment later: docker-registry empties a blob's link while another writer of the blob writes it again.
    /// </summary>
    /// <returns>What may pass, where the answer is MANIFEST_BLOB_UNKNOWN (distribution-spec, "Error Codes").</returns>
    public async Task<Exception> RefusedManifestAsync(
        HttpResponseMessage response,
        RegistryAccess access,
        CancellationToken cancellationToken
    )
    {
        var error = await RefusedAsync(response, access, cancellationToken).ConfigureAwait(false);
        return error.Message.Contains("MANIFEST_BLOB_UNKNOWN", StringComparison.Ordinal)
            ? new TransientException(error)
            : error;
    }

    /// <summary>Where an upload goes on: the answer's location, made absolute, if it is one that we may go
    /// to.</summary>
    public async Task<Uri> LocationAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        Redirect.Target(
            response,
            "the upload",
            await _endpoint.GetAsync(cancellationToken).ConfigureAwait(false),
            _rules
        );

    private async Task<HttpResponseMessage> SendAsync(
        RegistryEndpoint endpoint,
        RegistryRequest request,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        var url = new Uri(endpoint.Base, request.Url);
        for (var hop = 0; ; hop++)
        {
            var message = request.ToMessage(url, endpoint.Owns(url) ? authorization : null);
            var response = await _transport
                .SendAsync(message, request.Content, cancellationToken)
                .ConfigureAwait(false);
            if (!TransientStatus.Is(response.StatusCode))
                request.WaitLimit?.Renew();
            if (!Redirect.Is(response))
                return response;
            using (response)
            {
                if (hop == MostRedirects)
                    throw HttpErrors.Broken(request.Method, url, $"more than {MostRedirects} redirects");
                url = Redirect.Target(response, "a redirect", endpoint, _rules);
            }
        }
    }

    // gcr.io may leave the challenge out of its refusals; it is to be had from the root then (containers/image,
    // docker_client.go).
    private async Task<bool> LearnAsync(
        RegistryEndpoint endpoint,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        if (_authenticator.Learn(response) || _authenticator.KnowsChallenge)
            return true;
        using var root = await PingAsync(endpoint.Base, cancellationToken).ConfigureAwait(false);
        return _authenticator.Learn(root);
    }

    private Task<HttpResponseMessage> PingAsync(Uri server, CancellationToken cancellationToken) =>
        _transport.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/v2/")), null, cancellationToken);

    // HTTPS, always; but what may be plain is asked which of the two it is. No credentials are sent before that is
    // known.
    private async Task<RegistryEndpoint> FindAsync(CancellationToken cancellationToken)
    {
        var secure = new Uri($"https://{RegistryEndpoint.ApiHost(_registry)}");
        var plain = new Uri($"http://{RegistryEndpoint.ApiHost(_registry)}");
        if (!_rules.MayBePlain(secure) && !_rules.MayBePlain(plain))
            return new RegistryEndpoint(_registry, secure, Listed: false);
        // On this machine no other sits in between, and most servers here speak plain HTTP: to get ready for TLS
        // would take longer than all the rest. What wants credentials and may not have them that way is asked for TLS
        // all the same.
        if (RedirectPolicy.IsLoopback(plain) && await IsPlainAsync(plain, cancellationToken).ConfigureAwait(false))
            return new RegistryEndpoint(_registry, plain, _rules.IsListed(plain));
        try
        {
            using var answer = await PingAsync(secure, cancellationToken).ConfigureAwait(false);
            _authenticator.Learn(answer);
            return new RegistryEndpoint(_registry, secure, _rules.IsListed(secure));
        }
        catch (Exception exception)
            when (exception is TransientException
                || (exception as ContainerizeException)?.Diagnostic == DiagnosticTable.RegistryUnreachable
            )
        {
            using var answer = await PingAsync(plain, cancellationToken).ConfigureAwait(false);
            // What a server with TLS says to plain HTTP; then it was the first attempt that failed by accident.
            if (answer.StatusCode == HttpStatusCode.BadRequest)
                throw;
            _authenticator.Learn(answer);
            return new RegistryEndpoint(_registry, plain, _rules.IsListed(plain));
        }
    }

    private async Task<bool> IsPlainAsync(Uri plain, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await PingAsync(plain, cancellationToken).ConfigureAwait(false);
            if (
                answer.StatusCode != HttpStatusCode.OK
                && !(answer.StatusCode == HttpStatusCode.Unauthorized && _rules.IsListed(plain))
            )
                return false;
            _authenticator.Learn(answer);
            return true;
        }
        catch (Exception exception)
            when (exception is TransientException
                || (exception as ContainerizeException)?.Diagnostic == DiagnosticTable.RegistryUnreachable
            )
        {
            return false;
        }
    }

    private void Tell(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Warning", out var values))
            return;
        foreach (var warning in values.Where(value => value.StartsWith("299 ", StringComparison.Ordinal)))
            _options.Warn(
                $"{_registry} says: "
                    + $"{SingleLineText.Of(_authenticator.Redactor.Hide(warning[4..].TrimStart('-', ' ').Trim('"')))}"
            );
    }
}
