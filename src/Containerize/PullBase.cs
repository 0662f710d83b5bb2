using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Stores.Addresses;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// Asks for the base image before the project is compiled, so that a missing one is reported at once, and not after
/// minutes. What is in the cache is not asked for, and what is found is in the cache for the run.
/// </summary>
public sealed class PullBase : ImageTask
{
    /// <summary><c>ContainerBaseImage</c>.</summary>
    [Required]
    public string BaseImage { get; set; } = "";

    /// <summary>The runtime identifier that the image is for.</summary>
    [Required]
    public string RuntimeIdentifier { get; set; } = "";

    private protected override IEnumerable<string> BaseLocations => [BaseImage];

    private protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Offline || ImageSources.RegistryOf(PackagesBase.SourceOf(BaseImage)) is null)
            return;
        var (platform, reference) = (
            Platform.FromRuntimeIdentifier(RuntimeIdentifier),
            ImageSources.ReferenceOf(BaseImage)
        );
        using var client = new RegistryClient(RegistrySettings);
        if (
            !await IsKnownAsync(new RegistrySource(reference, client), client, platform, cancellationToken)
                .ConfigureAwait(false)
        )
            await SourcesOf(client)
                .Cached(new RegistrySource(reference, client))
                .PullAsync(platform, cancellationToken)
                .ConfigureAwait(false);
    }

    private async Task<bool> IsKnownAsync(
        RegistrySource source,
        RegistryClient client,
        Platform platform,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await new CachedSource(source, client, Cache, isOffline: true, TimeProvider.System)
                .PullAsync(platform, cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.BaseOffline)
        {
            return false;
        }
    }
}
