using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Packages;
using Containerize.Publishing.Bases;
using Containerize.Stores;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Projects;

/// <summary>The base image in the words of the project.</summary>
/// <param name="Image"><c>ContainerBaseImage</c>, or empty.</param>
/// <param name="Inferred">What decides the base where none is named.</param>
public sealed record BaseOptions(string Image, DefaultBase Inferred)
{
    /// <summary>The Dockerfile whose last stage is the base; null for none.</summary>
    public DockerfileBase? Dockerfile { get; init; }

    /// <summary>Where the public key is that the base image has to be signed by; or empty.</summary>
    public string Key { get; init; } = "";

    /// <summary>The base image that is named or inferred; a Dockerfile's is known only once it is built.</summary>
    public string Location => Image.Length > 0 ? Image : Inferred.Reference();

    /// <summary>The image that is read in place of <paramref name="source"/>: one that the key has signed, or the one
    /// that the lock file pins.</summary>
    /// <exception cref="ContainerizeException">A signature is demanded and missing.</exception>
    public async Task<IImageSource> SignedAsync(
        IImageSource source,
        PackageSettings packages,
        ProjectPaths paths,
        ProjectSources sources,
        SigningKeySource keys,
        CancellationToken cancellationToken
    )
    {
        if (Key.Length == 0)
            return Pinned(source, packages, paths, sources);
        var key = keys.OpenPublic(Key);
        if (sources.Offline || Dockerfile is not null || source is not CachedSource { Reference: { } reference })
            throw new ContainerizeException(
                DiagnosticTable.BaseNotSigned,
                $"ContainerBaseImageKey demands a signature of the base image, and {NoSignature(source)}. No image "
                    + "was made. Use a base image in a registry, or remove ContainerBaseImageKey."
            );
        var pinned = reference.Digest is null ? packages.PinnedBase(paths.Platform) : null;
        var found = await SignedBase
            .FindAsync(reference, pinned, paths.Platform, key, sources.Client, cancellationToken)
            .ConfigureAwait(false);
        var exact = sources.Cached(new RegistrySource(reference with { Digest = found.Image }, sources.Client));
        return pinned is null ? new VerifiedSource(source, exact, found.Root) : new PinnedSource(source, exact);
    }

    // Only a registry still has what a tag meant before.
    private static IImageSource Pinned(
        IImageSource source,
        PackageSettings packages,
        ProjectPaths paths,
        ProjectSources sources
    ) =>
        source is CachedSource { Reference: { Digest: null } reference }
        && packages.PinnedBase(paths.Platform) is { } digest
            ? new PinnedSource(
                source,
                sources.Cached(new RegistrySource(reference with { Digest = digest }, sources.Client))
            )
            : source;

    private string NoSignature(IImageSource source)
    {
        if (Dockerfile is not null)
            return "a Dockerfile names its own";
        return source is CachedSource
            ? "ContainerOffline keeps the registry from being asked for one"
            : $"'{source.Name}' is no image in a registry, which is where signatures lie";
    }
}
