using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.IO;

namespace Containerize.Stores.Registries.Authentication;

/// <summary>
/// Knows how one registry wants to be approached: its challenge, the credentials for it, the tokens it accepts. All of
/// it is learned and kept for the run only.
/// </summary>
internal sealed class Authenticator(string registry, TokenClient tokens, RegistryOptions options)
{
    private readonly ConcurrentDictionary<(string Repository, bool Push), AsyncOnce<Identity>> _identities = new();
    private readonly ConcurrentDictionary<(RegistryAccess Access, string Scopes), AsyncOnce<Token>> _tokens = new();
    private readonly ConcurrentDictionary<RegistryAccess, ImmutableArray<string>> _scopes = new();
    private volatile Challenge? _challenge;

    /// <summary>What must not be repeated in any message.</summary>
    public Redactor Redactor { get; } = new();

    public bool KnowsChallenge => _challenge is not null;

    /// <summary>What to send along; null when the registry wants nothing, or nothing that we have.</summary>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(
        RegistryEndpoint endpoint,
        RegistryAccess access,
        WaitLimit? limit,
        CancellationToken cancellationToken
    )
    {
        if (_challenge is not { } challenge)
            return null;
        var finding = IdentityAsync(endpoint, access, cancellationToken);
        var credential = (await (limit?.HoldAsync(finding) ?? finding).ConfigureAwait(false)).Usable;
        if (challenge.IsBasic)
            return credential is { Password.Length: > 0 } ? Basic(credential) : null;
        if (credential?.RegistryToken is { } ready)
            return new AuthenticationHeaderValue("Bearer", ready);
        var fetching = Slot(endpoint, access).GetAsync(cancellationToken, token => token.IsFresh(options.Time));
        var isKnown = fetching.IsCompleted;
        var token = await fetching.ConfigureAwait(false);
        if (!isKnown)
            limit?.Renew();
        return new AuthenticationHeaderValue("Bearer", token.Value);
    }

    /// <summary>Learns from the challenges of an answer; false when it has none that we can meet.</summary>
    /// <exception cref="ContainerizeException">CTZ0032 for schemes that we do not speak.</exception>
    public bool Learn(HttpResponseMessage response)
    {
        var challenges = response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values)
            ? Challenge.Parse(values)
            : [];
        var usable =
            challenges.FirstOrDefault(challenge => challenge.IsBearer && challenge["realm"] is not null)
            ?? challenges.FirstOrDefault(challenge => challenge.IsBasic)
            ?? challenges.FirstOrDefault(challenge => challenge.IsBearer);
        if (usable is null && challenges.Length > 0)
            throw new ContainerizeException(
                DiagnosticTable.Unauthorized,
                $"{registry} refuses without a challenge of the scheme Basic or Bearer. Its header is "
                    + $"'WWW-Authenticate: {SingleLineText.Of(string.Join(", ", values!))}'. "
                    + "A proxy may stand before the registry: check its address."
            );
        _challenge = usable ?? _challenge;
        return usable is not null;
    }

    /// <summary>Draws the consequence of a refusal: forgets the token that was refused and widens the scope to what the
    /// registry asks for.</summary>
    /// <returns>Whether another attempt may end differently.</returns>
    public bool Reconsider(RegistryEndpoint endpoint, RegistryAccess access, AuthenticationHeaderValue? refused)
    {
        if (_challenge is not { } challenge)
            return false;
        if (challenge["scope"] is { } scope)
            _scopes[access] = Union(ScopesOf(access), scope);
        if (refused is null)
            return true;
        if (challenge.IsBasic || refused.Scheme == "Basic")
            return refused.Scheme != (challenge.IsBasic ? "Basic" : "Bearer");
        var slot = Slot(endpoint, access);
        slot.Forget(token => token.Value == refused.Parameter);
        return true;
    }

    /// <summary>What a refusal means, and what the user does about it.</summary>
    public async Task<(Diagnostic Kind, string Advice)> AdviceAsync(
        RegistryEndpoint endpoint,
        RegistryAccess access,
        CancellationToken cancellationToken
    )
    {
        var identity = await IdentityAsync(endpoint, access, cancellationToken).ConfigureAwait(false);
        return identity.IsWithheld
            ? (
                DiagnosticTable.CredentialsWithheld,
                $"The {identity.Credential} were not sent because {endpoint.Base.Authority} speaks plain HTTP. "
                    + "List it as insecure if that is meant to be."
            )
            : Advice(registry, identity.Credential);
    }

    public static (Diagnostic Kind, string Advice) Advice(string registry, Credential? credential) =>
        (
            DiagnosticTable.Unauthorized,
            credential is null
                ? $"No credentials were found for {registry}: log in with 'docker login {registry}', or set the "
                    + "DOTNET_CONTAINER_…_REGISTRY_UNAME and _PWORD "
                    + "variables, with _HOST beside them where the registry is neither that of the base nor the one "
                    + "that is pushed to."
                : $"The {credential} do not allow it: check the name, log in again, or ask for the right."
        );

    /// <summary>The header of RFC 7617, in UTF-8.</summary>
    public static AuthenticationHeaderValue Basic(Credential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    private AsyncOnce<Token> Slot(RegistryEndpoint endpoint, RegistryAccess access)
    {
        var scopes = ScopesOf(access);
        return _tokens.GetOrAdd(
            (access, string.Join(' ', scopes)),
            _ => new AsyncOnce<Token>(async cancellationToken =>
            {
                var credential = (
                    await IdentityAsync(endpoint, access, cancellationToken).ConfigureAwait(false)
                ).Usable;
                var token = await tokens
                    .FetchAsync(_challenge!, endpoint, scopes, credential, cancellationToken)
                    .ConfigureAwait(false);
                Redactor.Add(token.Value);
                return token;
            })
        );
    }

    private ImmutableArray<string> ScopesOf(RegistryAccess access) => _scopes.GetValueOrDefault(access, access.Scopes);

    // A registry behind a proxy may call the repository otherwise. What we ask for anyway is not asked for twice.
    private static ImmutableArray<string> Union(ImmutableArray<string> scopes, string asked) =>
        [
            .. scopes,
            .. asked
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Distinct()
                .Where(scope => !scopes.Any(known => Covers(known, scope))),
        ];

    private static bool Covers(string known, string scope)
    {
        var (knownName, name) = (known.LastIndexOf(':'), scope.LastIndexOf(':'));
        return knownName >= 0
            && name >= 0
            && known[..knownName] == scope[..name]
            && scope[(name + 1)..].Split(',').All(known[(knownName + 1)..].Split(',').Contains);
    }

    private Task<Identity> IdentityAsync(
        RegistryEndpoint endpoint,
        RegistryAccess access,
        CancellationToken cancellationToken
    ) =>
        _identities
            .GetOrAdd(
                (access.Repository, access.Push),
                key => new AsyncOnce<Identity>(async token =>
                {
                    var credential = await options
                        .Credentials.FindAsync(new CredentialRequest(registry, key.Repository, key.Push), token)
                        .ConfigureAwait(false);
                    Redactor.Add(credential);
                    options.Log(
                        credential is null ? $"No credentials for {registry}." : $"Using {credential} for {registry}."
                    );
                    return new Identity(credential, credential is not null && endpoint.IsPlain && !endpoint.Listed);
                })
            )
            .GetAsync(cancellationToken);

    private sealed record Identity(Credential? Credential, bool IsWithheld)
    {
        public Credential? Usable => IsWithheld ? null : Credential;
    }
}
