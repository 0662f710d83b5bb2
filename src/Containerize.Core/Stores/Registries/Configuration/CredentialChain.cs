using System.Collections.Immutable;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>Several places that credentials come from; the first that has one counts.</summary>
public sealed class CredentialChain(ImmutableArray<ICredentialSource> sources) : ICredentialSource
{
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
