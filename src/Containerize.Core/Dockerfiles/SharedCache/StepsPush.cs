using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>Adds steps to a cache in a registry, whatever other builds add meanwhile.</summary>
/// <param name="address">The cache.</param>
/// <param name="client">The run's client.</param>
/// <param name="warn">Takes what is wrong with the cache as it is.</param>
/// <param name="time">Says the day where the registry does not.</param>
internal sealed class StepsPush(
    CacheAddress address,
    RegistryClient client,
    Action<Diagnostic, string> warn,
    TimeProvider time
)
{
    /// <summary>How long the registry is waited for.</summary>
    public required CachePatience Patience { get; init; }

    /// <summary>The cache as this build read it, if it was refused then: no layer that it names is believed to be
    /// there. Null for one that is believed.</summary>
    public SharedPlace? Refused { get; init; }

    /// <summary>Adds the steps.</summary>
    /// <param name="steps">The results of steps.</param>
    /// <param name="pushed">Where layers of theirs may lie in the same registry.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0448 for a tag with something else; CTZ0030 to CTZ0039.</exception>
    public async Task RunAsync(
        ImmutableArray<SharedStep> steps,
        ImmutableArray<ImageReference> pushed,
        CancellationToken cancellationToken
    )
    {
        var near = pushed.FirstOrDefault(image => image.Registry == address.Reference.Registry);
        var blobs = steps
            .Select(step => step.Layer?.Blob)
            .OfType<Blob>()
            .DistinctBy(blob => blob.Descriptor.Digest)
            .Select(blob => blob with { Origin = blob.Origin ?? near })
            .ToList();
        // What this build has made counts; what others write while we do is as good as ours.
        var replaces = true;
        await StepsTag
            .Open(address, client)
            .AddAsync(
                async () =>
                {
                    var tag = await StepsTag
                        .ReadAsync(address, client, Patience, cancellationToken)
                        .ConfigureAwait(false);
                    if (tag.IsForeign)
                        throw new ContainerizeException(
                            DiagnosticTable.SharedCacheNotWritten,
                            "it holds something else, which would be lost. Name a tag for the cache alone."
                        );
                    if (tag.Fault is { } fault && replaces)
                        warn(
                            DiagnosticTable.SharedCacheInvalid,
                            $"The cache {address} cannot be read, and is written afresh: {fault.Message}"
                        );
                    var isDoubted = replaces && Refused is not null;
                    // What was found broken may lack more than we have seen, and such a list would not be taken.
                    var before = isDoubted && tag.Now == Refused!.Broken ? null : tag.Steps;
                    before ??= StepsManifest.None;
                    // All writers see the clock of the registry, and one that goes wrong makes no step old.
                    var today = DateOnly.FromDateTime((tag.Date ?? time.GetUtcNow()).UtcDateTime);
                    var after = before.With(steps.Select(step => EntryOf(step, today)), replaces, today);
                    if (isDoubted)
                        after ??= before;
                    replaces = false;
                    return new TagState(
                        after?.ToArtifact(blobs.Where(blob => isDoubted || !before.Names(blob.Descriptor))),
                        tag.Version,
                        tag.Now
                    )
                    {
                        SendsAll = isDoubted,
                    };
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>The error for a cache that cannot be written.</summary>
    public static ContainerizeException Failed(CacheAddress address, ContainerizeException exception) =>
        new(
            DiagnosticTable.SharedCacheNotWritten,
            $"The build is done, and the cache {address} could not be written: {exception.Message}",
            exception
        );

    private static StepEntry EntryOf(SharedStep step, DateOnly today) =>
        new(
            step.Key,
            today,
            step.Layer is { } layer
                ? new StepEntryLayer(layer.DiffId, layer.Length, layer.Format, layer.Blob.Descriptor)
                : null
        );
}
