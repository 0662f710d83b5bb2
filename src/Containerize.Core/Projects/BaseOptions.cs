using Containerize.Attestations.Choices;
using Containerize.Attestations.Keyless;
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

    /// <summary>The identity that the base image has to be signed by, instead of a key; or empty.</summary>
    public string Identity { get; init; } = "";

    /// <summary>The issuer of that identity; or empty.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>The file with the authorities and logs that certify it; or empty.</summary>
    public string TrustedRoot { get; init; } = "";

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
        if (Signer(keys) is not { } signer)
            return Pinned(source, packages, paths, sources);
        if (sources.Offline || Dockerfile is not null || source is not CachedSource { Reference: { } reference })
            throw new ContainerizeException(
                DiagnosticTable.BaseNotSigned,
                $"{SignedBase.PropertyOf(signer)} demands a signature of the base image, and {NoSignature(source)}. No "
                    + $"image was made. Use a base image in a registry, or remove {SignedBase.PropertyOf(signer)}."
            );
        var pinned = reference.Digest is null ? packages.PinnedBase(paths.Platform) : null;
        var found = await SignedBase
            .FindAsync(reference, pinned, paths.Platform, signer, sources.Client, cancellationToken)
            .ConfigureAwait(false);
        var exact = sources.Cached(new RegistrySource(reference with { Digest = found.Image }, sources.Client));
        return pinned is null ? new VerifiedSource(source, exact, found.Root) : new PinnedSource(source, exact);
    }

    private TrustedSigner? Signer(SigningKeySource keys)
    {
        SignerTable.Demanding.Check(ValueOf, inProject: true);
        if (Key.Length > 0)
            return keys.OpenPublic(Key);
        return Identity.Length == 0
            ? null
            : new TrustedIdentity(
                Identity,
                Issuer,
                Attestations.Keyless.TrustedRoot.Open(Path.GetFullPath(TrustedRoot, keys.Folder))
            );
    }

    /// <summary>The value of a property.</summary>
    /// <param name="property">Its name.</param>
    internal string ValueOf(string property) =>
        property switch
        {
            "ContainerBaseImageKey" => Key,
            "ContainerBaseImageIdentity" => Identity,
            "ContainerBaseImageIssuer" => Issuer,
            "ContainerBaseImageTrustedRoot" => TrustedRoot,
            _ => "",
        };

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
