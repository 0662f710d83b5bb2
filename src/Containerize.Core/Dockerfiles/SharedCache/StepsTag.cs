using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>What the tag of a cache holds.</summary>
/// <param name="Steps">The steps; null where there is no tag.</param>
/// <param name="Version">What tells that the tag is still the same; null for nothing.</param>
/// <param name="Now">The digest of what the tag names; null for nothing.</param>
internal sealed record StepsTag(StepsManifest? Steps, string? Version, Digest? Now)
{
    /// <summary>Whether there is something else than a cache of steps.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Why the steps of a cache cannot be read; null where they can.</summary>
    public ContainerizeException? Fault { get; init; }

    /// <summary>The time of the registry; null where it says none.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Reads a cache.</summary>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039.</exception>
    public static Task<StepsTag> ReadAsync(
        CacheAddress address,
        RegistryClient client,
        CachePatience patience,
        CancellationToken cancellationToken
    ) =>
        patience.AskAsync(
            address.Reference,
            CachePart.List,
            client,
            (patient, token) => ReadAsync(address, patient, token),
            cancellationToken
        );

    private static async Task<StepsTag> ReadAsync(
        CacheAddress address,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var (document, version) = await Open(address, client).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (document is null)
            return new StepsTag(null, null, null);
        var tag = await ReadAsync(address.Reference, document, version, client, cancellationToken)
            .ConfigureAwait(false);
        return tag with { Date = document.Date };
    }

    private static async Task<StepsTag> ReadAsync(
        ImageReference place,
        RegistryDocument document,
        string? version,
        RegistryClient client,
        CancellationToken cancellationToken
    )
    {
        var where = $"The cache {place}";
        var now = Digest.Of(document.Bytes);
        // One that is too long came without its bytes.
        if (document.Bytes.Length == 0)
            return new StepsTag(StepsManifest.None, version, now) { IsForeign = true };
        try
        {
            document.Verify(null, null, where);
            if (StepsManifest.ReadManifest(document.Bytes, document.ManifestType(where), where) is not { } manifest)
                return new StepsTag(StepsManifest.None, version, now) { IsForeign = true };
            return await ReadStepsAsync(manifest).ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (IsInvalid(exception))
        {
            return new StepsTag(StepsManifest.None, version, now) { IsForeign = true, Fault = exception };
        }

        async Task<StepsTag> ReadStepsAsync(
            (Descriptor Config, System.Collections.Immutable.ImmutableDictionary<Digest, Descriptor> Layers) manifest
        )
        {
            try
            {
                using var stream = await new RegistryContents(place, client)
                    .Blob(manifest.Config)
                    .OpenAsync(cancellationToken)
                    .ConfigureAwait(false);
                var bytes = await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
                return new StepsTag(StepsManifest.ReadConfig(bytes, manifest.Layers, where), version, now);
            }
            catch (ContainerizeException exception)
                when (IsInvalid(exception) || exception.Diagnostic == DiagnosticTable.ImageNotFound)
            {
                return new StepsTag(StepsManifest.None, version, now) { Fault = exception };
            }
        }
    }

    /// <summary>The tag, to be read and written.</summary>
    public static SharedTag Open(CacheAddress address, RegistryClient client) =>
        new(address.Reference.Registry, address.Reference.Repository, address.Reference.TagOrDigest, client)
        {
            Contested = () =>
                new ContainerizeException(
                    DiagnosticTable.SharedCacheNotWritten,
                    $"it was changed by others {SharedTag.MostRounds} times meanwhile. Build again."
                ),
        };

    /// <summary>Whether content is not what it should be, and no registry out of reach.</summary>
    public static bool IsInvalid(ContainerizeException exception) =>
        exception.Diagnostic == DiagnosticTable.InvalidManifest
        || exception.Diagnostic == DiagnosticTable.DigestMismatch
        || exception.Diagnostic == DiagnosticTable.SizeMismatch;
}
