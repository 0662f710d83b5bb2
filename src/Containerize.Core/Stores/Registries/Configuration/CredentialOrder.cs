using System.Collections.Immutable;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>Several places that credentials come from; the first that has one counts.</summary>
internal sealed class CredentialOrder(ImmutableArray<ICredentialSource> sources) : ICredentialSource
{
    /// <summary>The order on a machine: variables first, then the auth files in the order in which Docker and Podman
    /// read them, with the helpers that the files name.</summary>
    public static CredentialOrder Of(MachineEnvironment host) =>
        new([new EnvironmentCredentials(host), .. AuthFileSource.All(host)]);

    public async Task<Credential?> FindAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            if (await source.FindAsync(request, cancellationToken).ConfigureAwait(false) is { } credential)
                return credential;
        }

        return null;
    }
}
