namespace Containerize.Stores.Registries;

/// <summary>
/// What a registry learns about the user: a name and a password, an identity token to get tokens with, or a token
/// as it is. Its text form never holds a secret.
/// </summary>
/// <param name="Username">The user's name; empty with a token.</param>
/// <param name="Password">The password; empty with a token.</param>
/// <param name="Source">Where it comes from, as the user knows the place: a file, a helper, variables.</param>
public sealed record Credential(string Username, string Password, string Source)
{
    /// <summary>Exchanged for tokens by OAuth 2 (<c>identitytoken</c> in Docker's config); or null.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Sent as a bearer token as it is (<c>registrytoken</c> in Docker's config); or null.</summary>
    public string? RegistryToken { get; init; }

    public override string ToString() => $"credentials from {Source}";
}

/// <summary>Whose credentials are wanted, and what for.</summary>
/// <param name="Registry">The registry as references name it: <c>docker.io</c>, <c>registry.example:5000</c>.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Push">True to push, false to pull.</param>
public sealed record CredentialRequest(string Registry, string Repository, bool Push);

/// <summary>A place that credentials come from.</summary>
public interface ICredentialSource
{
    /// <summary>Finds the credential for the request, or null when this place has none.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0060 and CTZ0061 when the place cannot be
    /// read.</exception>
    Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken);
}

/// <summary>The place without credentials: every registry is used anonymously.</summary>
internal sealed class NoCredentials : ICredentialSource
{
    private NoCredentials() { }

    public static NoCredentials Instance { get; } = new();

    public Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<Credential?>(null);
}
