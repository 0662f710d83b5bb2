using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>
/// The results of steps as an artifact of a registry (image-spec, manifest.md, "Guidelines for Artifact Usage"): the
/// config lists the steps, and the layers are theirs, so that no registry takes them for garbage.
/// </summary>
internal sealed class StepsManifest
{
    /// <summary>What the artifact is.</summary>
    public const string ArtifactType = "application/vnd.containerize.steps.v1";

    /// <summary>The most steps that a cache holds.</summary>
    public const int Most = 1_000;

    /// <summary>How long a step stays that no build has.</summary>
    public const int MostDays = 60;

    /// <summary>The longest list of steps in bytes: some four times what <see cref="Most"/> of them take.</summary>
    public const int LongestConfig = 2 << 20;

    private const string ConfigType = ArtifactType + "+json";
    private const string EmptyType = "application/vnd.oci.empty.v1+json";

    private static readonly Blob Empty = Blob.FromBytes(EmptyType, "{}"u8.ToArray());

    private HashSet<Digest>? _digests;

    private StepsManifest(ImmutableSortedDictionary<string, StepEntry> entries) => Entries = entries;

    /// <summary>The steps by their keys.</summary>
    public ImmutableSortedDictionary<string, StepEntry> Entries { get; }

    /// <summary>A cache without steps.</summary>
    public static StepsManifest None { get; } =
        new(ImmutableSortedDictionary.Create<string, StepEntry>(StringComparer.Ordinal));

    /// <summary>Reads the manifest, which names the list of steps.</summary>
    /// <returns>The list's descriptor and the layers; null for what is no cache of steps.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static (Descriptor Config, ImmutableDictionary<Digest, Descriptor> Layers)? ReadManifest(
        byte[] bytes,
        string mediaType,
        string where
    )
    {
        if (
            mediaType != MediaTypes.OciManifest
            || OciJson.Text(OciJson.Parse(bytes, where)["artifactType"]) != ArtifactType
        )
            return null;
        var manifest = Manifest.Parse(bytes, mediaType, where);
        if (manifest.Config.MediaType != ConfigType || manifest.Config.Size > LongestConfig)
            throw OciJson.Invalid(where, "its list of steps has another type, or is too long");
        return (
            manifest.Config,
            manifest.Layers.DistinctBy(layer => layer.Digest).ToImmutableDictionary(layer => layer.Digest)
        );
    }

    /// <summary>Reads the list of steps.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static StepsManifest ReadConfig(byte[] bytes, IReadOnlyDictionary<Digest, Descriptor> layers, string where)
    {
        var json = OciJson.Parse(bytes, where);
        if (json["steps"] is not JsonArray steps || steps.Count > Most)
            throw OciJson.Invalid(where, $"it lists no steps, or more than {Most}");
        var entries = None.Entries.ToBuilder();
        foreach (var entry in steps.Select(step => StepEntry.Read(step, layers, where)))
        {
            if (!entries.TryAdd(entry.Key, entry))
                throw OciJson.Invalid(where, $"the step {entry.Key} is there twice");
        }

        return new StepsManifest(entries.ToImmutable());
    }

    /// <summary>
    /// What the cache has to hold after some more steps. Which of too many go depends on nothing but the steps, so
    /// that all writers leave out the same.
    /// </summary>
    /// <param name="added">The steps.</param>
    /// <param name="replaces">Whether they replace what it has of the same steps.</param>
    /// <param name="today">The day.</param>
    /// <returns>Null when it holds that.</returns>
    public StepsManifest? With(IEnumerable<StepEntry> added, bool replaces, DateOnly today)
    {
        var entries = Entries.ToBuilder();
        // Days to come are those of a clock that goes wrong. Once, so that two clocks do not take turns.
        foreach (var entry in Entries.Values.Where(entry => replaces && entry.Used > today.AddDays(1)))
            entries[entry.Key] = entry with { Used = today };
        foreach (var entry in added)
        {
            var isKnown = entries.TryGetValue(entry.Key, out var known);
            if (!isKnown || (replaces && !known!.IsSame(entry)))
                entries[entry.Key] = entry;
            else if (known!.Used < entry.Used)
                entries[entry.Key] = known with { Used = entry.Used };
        }

        var kept = entries
            .Values.Where(entry => entry.Used >= today.AddDays(-MostDays))
            .OrderByDescending(entry => entry.Used)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(Most)
            .ToImmutableSortedDictionary(entry => entry.Key, entry => entry, StringComparer.Ordinal);
        return kept.Values.SequenceEqual(Entries.Values) ? null : new StepsManifest(kept);
    }

    /// <summary>Whether a layer of the cache is this one, which the registry has then.</summary>
    public bool Names(Descriptor layer) =>
        (_digests ??= [.. Entries.Values.Select(entry => entry.Layer?.Stored.Digest).OfType<Digest>()]).Contains(
            layer.Digest
        );

    /// <summary>The artifact.</summary>
    /// <param name="blobs">The bytes of the layers that the registry may lack.</param>
    public Artifact ToArtifact(IEnumerable<Blob> blobs)
    {
        var config = Blob.FromBytes(
            ConfigType,
            OciJson.ToBytes(
                new JsonObject { ["steps"] = new JsonArray([.. Entries.Values.Select(entry => entry.ToJson())]) }
            )
        );
        var layers = Entries
            .Values.Select(entry => entry.Layer?.Stored)
            .OfType<Descriptor>()
            .DistinctBy(stored => stored.Digest)
            .OrderBy(stored => stored.Digest.ToString(), StringComparer.Ordinal)
            .Select(stored => new Descriptor(stored.MediaType, stored.Digest, stored.Size))
            .DefaultIfEmpty(Empty.Descriptor)
            .ToList();
        var bytes = OciJson.ToBytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaTypes.OciManifest,
                ["artifactType"] = ArtifactType,
                ["config"] = config.Descriptor.ToJson(),
                ["layers"] = new JsonArray([.. layers.Select(layer => layer.ToJson())]),
            }
        );
        var named = layers.Select(layer => layer.Digest).ToHashSet();
        return new Artifact(
            new Descriptor(MediaTypes.OciManifest, Digest.Of(bytes), bytes.Length) { ArtifactType = ArtifactType },
            bytes,
            [.. blobs.Append(Empty).Where(blob => named.Contains(blob.Descriptor.Digest)).Prepend(config)]
        );
    }
}
