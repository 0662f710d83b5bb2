using Containerize.Stores.Registries;

namespace Containerize.TestKit.Servers;

/// <summary>The same credential for all registries, and a record of who asked.</summary>
public sealed class FixedCredentials(string username, string password) : ICredentialSource
{
    public List<CredentialRequest> Asked { get; } = [];

    public string? IdentityToken { get; init; }

    public Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        lock (Asked)
            Asked.Add(request);
        return Task.FromResult<Credential?>(
            new Credential(username, password, "the test") { IdentityToken = IdentityToken }
        );
    }
}
