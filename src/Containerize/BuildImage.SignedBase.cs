using Containerize.Attestations.Registries;
using Containerize.Diagnostics;
using Containerize.Packages;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Tasks;

/// <summary>A base image that has to be signed.</summary>
public sealed partial class BuildImage
{
    /// <summary>Where the public key is that the base image has to be signed by: a file, or <c>env://NAME</c>; or
    /// empty.</summary>
    public string BaseImageKey { get; set; } = "";

    private protected override IEnumerable<string> KeyPlaces => [SigningKey, SigningPublicKey, BaseImageKey];

    private async Task<IImageSource> SignedAsync(
        IImageSource source,
        PackageSettings packages,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        if (BaseImageKey.Length == 0)
            return Pinned(source, packages, client);
        var key = Keys.OpenPublic(BaseImageKey);
        if (Offline || Dockerfile.Length > 0 || source is not CachedSource { Reference: { } reference })
            throw new ContainerizeException(
                DiagnosticTable.BaseNotSigned,
                $"ContainerBaseImageKey demands a signature of the base image, and {NoSignature(source)}. No image "
                    + "was made. Use a base image in a registry, or remove ContainerBaseImageKey."
            );
        var platform = Images.Platform.FromRuntimeIdentifier(RuntimeIdentifier);
        var pinned = reference.Digest is null ? packages.PinnedBase(platform) : null;
        var found = await SignedBase
            .FindAsync(reference, pinned, platform, key, client, cancellationToken)
            .ConfigureAwait(false);
        var exact = Cached(new RegistrySource(reference with { Digest = found.Image }, client), client);
        return pinned is null ? new VerifiedSource(source, exact, found.Root) : new PinnedSource(source, exact);
    }

    private string NoSignature(IImageSource source) =>
        Dockerfile.Length > 0 ? "a Dockerfile names its own"
        : source is CachedSource ? "ContainerOffline keeps the registry from being asked for one"
        : $"'{source.Name}' is no image in a registry, which is where signatures lie";
}
