using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Attestations.Registries;

/// <summary>A base image that is used only if a key signed it.</summary>
/// <param name="Root">The digest that the name means now.</param>
/// <param name="Image">The digest of the manifest that is used, which the signature covers.</param>
internal sealed record SignedBase(Digest Root, Digest Image)
{
    /// <summary>Asks what a name means, and demands a signature of that or of the image in it.</summary>
    /// <param name="reference">The name of the base.</param>
    /// <param name="pinned">The digest that a lock file holds; null for none.</param>
    /// <param name="platform">The platform of several.</param>
    /// <param name="signer">The public key, or the identity.</param>
    /// <param name="client">The run's client.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0364, CTZ0020 to CTZ0024, CTZ0030 to CTZ0039.</exception>
    public static async Task<SignedBase> FindAsync(
        ImageReference reference,
        Digest? pinned,
        Platform platform,
        TrustedSigner signer,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var contents = await new RegistrySource(reference, client)
            .OpenContentsAsync(cancellationToken)
            .ConfigureAwait(false);
        var root = await contents.ResolveAsync(cancellationToken).ConfigureAwait(false);
        var index = MediaTypes.IsIndex(root.MediaType)
            ? await IndexAsync(contents, root, cancellationToken).ConfigureAwait(false)
            : null;
        var image = pinned ?? index?.Select(platform, reference.ToString()).Digest ?? root.Digest;
        // A signature of the index covers each image that it names.
        var isInside = image == root.Digest || index?.Manifests.Any(entry => entry.Digest == image) == true;
        var reports = new List<SignatureReport>();
        foreach (var digest in isInside ? new[] { root.Digest, image }.Distinct() : [image])
        {
            reports.Add(
                await CheckAsync(
                        reference,
                        new SignatureCheck(signer, digest, SignedStatement.SignatureType),
                        client,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            );
            if (reports[^1].IsSigned)
                return new(root.Digest, image);
        }

        throw new ContainerizeException(
            DiagnosticTable.BaseNotSigned,
            $"The base image {reference} must be signed by {signer.Name} that {PropertyOf(signer)} names, and is not: "
                + string.Join("; ", reports.Select(report => $"{report.Image} {report.Why}"))
                + $". No image was made. Use a base that is signed so, or correct {PropertyOf(signer)}."
        );
    }

    /// <summary>The property that names a signer.</summary>
    public static string PropertyOf(TrustedSigner signer) =>
        signer is VerificationKey ? "ContainerBaseImageKey" : "ContainerBaseImageIdentity";

    // A signature proves itself wherever it is read, so a mirror's counts as well.
    private static async Task<SignatureReport> CheckAsync(
        ImageReference reference,
        SignatureCheck check,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var places = client.Options.Mirrors(reference);
        foreach (var mirror in places[..^1])
        {
            try
            {
                var report = await new ImageSignatures(mirror.Registry, mirror.Repository, client)
                    .CheckAsync(check, cancellationToken)
                    .ConfigureAwait(false);
                if (report.IsSigned)
                    return report;
            }
            catch (ContainerizeException exception)
            {
                client.Options.Log(
                    $"The mirror {mirror.Registry} does not help with the signatures of {reference}: "
                        + exception.Message
                );
            }
        }

        return await new ImageSignatures(places[^1].Registry, places[^1].Repository, client)
            .CheckAsync(check, cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<ImageIndex> IndexAsync(
        IImageContents contents,
        Descriptor root,
        CancellationToken cancellationToken
    )
    {
        using var stream = (await contents.OpenAsync(root, cancellationToken).ConfigureAwait(false))!;
        return ImageIndex.Parse(
            await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false),
            root.MediaType,
            contents.Where
        );
    }
}
