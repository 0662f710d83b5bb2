using System.Collections.Immutable;
using System.Net;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Http;

namespace Containerize.Stores.Registries.Authentication;

/// <summary>Gets tokens from the server that a registry names (distribution's token.md and oauth.md).</summary>
internal sealed class TokenClient(HttpTransport transport, RedirectPolicy rules, RegistryOptions options)
{
    private const int LargestAnswer = 64 * 1024;
    private const int MostRedirects = 5;

    /// <summary>Gets a token.</summary>
    /// <param name="challenge">The registry's challenge, with the realm.</param>
    /// <param name="endpoint">The registry.</param>
    /// <param name="scopes">What it must allow, the most important first.</param>
    /// <param name="credential">Who we are, or null to get what everybody gets.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="ContainerizeException">CTZ0032, CTZ0034 and CTZ0037 when there is no token to be
    /// had.</exception>
    public async Task<Token> FetchAsync(
        Challenge challenge,
        RegistryEndpoint endpoint,
        ImmutableArray<string> scopes,
        Credential? credential,
        CancellationToken cancellationToken
    )
    {
        var realm = Realm(challenge, endpoint);
        if (credential is not null && realm.Scheme == Uri.UriSchemeHttp && !rules.IsListed(realm) && !endpoint.Listed)
            throw new ContainerizeException(
                DiagnosticTable.CredentialsWithheld,
                $"{credential} were not sent to {realm.Authority}, where tokens for {endpoint.Registry} come from, "
                    + "because it is plain HTTP. "
                    + $"List {realm.Authority} as insecure if that is meant to be."
            );
        // No document says which of the two a server knows. Passwords go the older way first, as Docker does; identity
        // tokens know only OAuth. GCR answers 404 to OAuth, ACR 400, Artifactory 401 (containerd's authorizer.go).
        // OpenShift's registry leaves the service out and means itself (go-containerregistry's transport does the
        // same).
        var service = challenge["service"] ?? endpoint.Registry;
        Func<Task<HttpResponseMessage>> get = () =>
            GetAsync(realm, service, scopes, credential, endpoint, cancellationToken);
        Func<Task<HttpResponseMessage>> post = () => PostAsync(realm, service, scopes, credential!, cancellationToken);
        var ways = credential switch
        {
            null => [get],
            { IdentityToken: not null, Password.Length: 0 } => [post],
            { IdentityToken: not null } => [post, get],
            _ => new[] { get, post },
        };
        using var response = await FirstAcceptedAsync(ways).ConfigureAwait(false);
        var (body, more) = await ResponseBody
            .ReadAsync(response, LargestAnswer, options, cancellationToken)
            .ConfigureAwait(false);
        var (method, url) = (response.RequestMessage!.Method, response.RequestMessage.RequestUri!);
        if (!response.IsSuccessStatusCode)
            throw Refusal(response, body, endpoint, credential);
        return (more ? null : Token.Parse(body, options.Time.GetTimestamp()))
            ?? throw HttpErrors.Broken(method, url, "the token server's answer holds no token");
    }

    private Uri Realm(Challenge challenge, RegistryEndpoint endpoint)
    {
        if (!Uri.TryCreate(challenge["realm"], UriKind.Absolute, out var realm))
            throw HttpErrors.Broken(
                HttpMethod.Get,
                endpoint.Base,
                "the registry wants a token and does not say where from ('realm')"
            );
        return rules.Objection(realm, endpoint) is { } objection
            ? throw HttpErrors.Unsafe(
                HttpMethod.Get,
                endpoint.Base,
                "the realm that tokens come from",
                Place(realm),
                objection
            )
            : realm;
    }

    private async Task<HttpResponseMessage> GetAsync(
        Uri realm,
        string service,
        ImmutableArray<string> scopes,
        Credential? credential,
        RegistryEndpoint endpoint,
        CancellationToken cancellationToken
    )
    {
        var query = new StringBuilder(realm.Query.TrimStart('?'));
        foreach (var (name, value) in Parameters(service).Concat(scopes.Select(scope => ("scope", scope))))
            query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        var start = new Uri(realm.GetLeftPart(UriPartial.Path) + (query.Length > 0 ? "?" + query : ""));
        var url = start;
        for (var hop = 0; ; hop++)
        {
            var message = new HttpRequestMessage(HttpMethod.Get, url);
            if (credential is { Password.Length: > 0 } && Origin.IsSame(start, url))
                message.Headers.Authorization = Authenticator.Basic(credential);
            var response = await transport.SendAsync(message, null, cancellationToken).ConfigureAwait(false);
            if (!Redirect.Is(response))
                return response;
            using (response)
            {
                if (hop == MostRedirects)
                    throw HttpErrors.Broken(HttpMethod.Get, url, $"more than {MostRedirects} redirects");
                url = Redirect.Target(response, "a redirect", endpoint, rules);
            }
        }
    }

    private Task<HttpResponseMessage> PostAsync(
        Uri realm,
        string service,
        ImmutableArray<string> scopes,
        Credential credential,
        CancellationToken cancellationToken
    )
    {
        var form = Parameters(service)
            .Append(("client_id", "containerize"))
            .Append(("scope", string.Join(' ', scopes)))
            .Concat(
                credential.IdentityToken is { } token
                    ? [("grant_type", "refresh_token"), ("refresh_token", token)]
                    :
                    [
                        ("grant_type", "password"),
                        ("access_type", "offline"),
                        ("username", credential.Username),
                        ("password", credential.Password),
                    ]
            )
            .Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))
            .ToArray();
        return transport.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, realm),
            _ => new FormUrlEncodedContent(form),
            cancellationToken
        );
    }

    private static async Task<HttpResponseMessage> FirstAcceptedAsync(Func<Task<HttpResponseMessage>>[] ways)
    {
        var response = await ways[0]().ConfigureAwait(false);
        foreach (var way in ways.Skip(1))
        {
            if (
                response.StatusCode
                is not (
                    HttpStatusCode.BadRequest
                    or HttpStatusCode.Unauthorized
                    or HttpStatusCode.NotFound
                    or HttpStatusCode.MethodNotAllowed
                )
            )
                break;
            var other = await way().ConfigureAwait(false);
            if (!other.IsSuccessStatusCode)
            {
                other.Dispose();
                break;
            }

            response.Dispose();
            response = other;
        }

        return response;
    }

    private Exception Refusal(
        HttpResponseMessage response,
        byte[] body,
        RegistryEndpoint endpoint,
        Credential? credential
    )
    {
        var error = RegistryErrors.Refused(
            response.RequestMessage!.Method,
            response.RequestMessage.RequestUri!,
            response.StatusCode,
            body,
            Authenticator.Advice(endpoint.Registry, credential),
            Redactor.Of(credential)
        );
        return TransientStatus.Is(response.StatusCode)
            ? new TransientException(error, TransientStatus.Wait(response, options.Time))
            : error;
    }

    private static IEnumerable<(string, string)> Parameters(string service) => [("service", service)];

    private static string Place(Uri url) => $"{url.Scheme}://{url.Authority}";
}
