using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Attestations.Registries;

/// <summary>
/// Reads what lies beside an image for who is about to sign it. What the registry does not hand out may be anybody's,
/// and keeps no signature back, unless the registry does not hand out the image either.
/// </summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="image">The digest of the image.</param>
/// <param name="client">The run's client.</param>
internal sealed class UnreadSignatures(string registry, string repository, Digest image, RegistryClient client)
{
    private bool _isHandedOut;

    /// <summary>Reads a signature.</summary>
    /// <param name="read">Reads it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null for one that is broken, gone, of another image or not handed out.</returns>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039, where the image is not handed out
    /// either.</exception>
    public async Task<T?> TryAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (Referrers.IsFaultOfContent(exception))
        {
            return null;
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic == DiagnosticTable.RegistryRefused
                || exception.Diagnostic == DiagnosticTable.Unauthorized
            )
        {
            if (!await IsHandedOutAsync(cancellationToken).ConfigureAwait(false))
                throw;
            client.Options.Log($"A signature of {repository}@{image} is passed over: {exception.Message}");
            return null;
        }
    }

    private async Task<bool> IsHandedOutAsync(CancellationToken cancellationToken)
    {
        if (_isHandedOut)
            return true;
        try
        {
            await new RegistryContents(new ImageReference(registry, repository, null, image), client)
                .ResolveAsync(cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (Referrers.IsFaultOfContent(exception))
        {
            // An answer, too.
        }
        catch (ContainerizeException)
        {
            return false;
        }

        return _isHandedOut = true;
    }
}
