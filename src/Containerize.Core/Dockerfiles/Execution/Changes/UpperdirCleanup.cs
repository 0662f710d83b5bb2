using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Entries;

namespace Containerize.Dockerfiles.Execution.Changes;

/// <summary>What must be undone in an overlay's upperdir so that it equals the layer packed from it: mount points to
/// remove and times to reset.</summary>
/// <param name="Removed">What is not in the layer: mount points, each after what is in it.</param>
/// <param name="Late">The paths whose time is not the layer's.</param>
/// <param name="Time">The time that these have in the layer.</param>
internal sealed record UpperdirCleanup(
    ImmutableArray<ContainerPath> Removed,
    ImmutableArray<ContainerPath> Late,
    DateTimeOffset Time
)
{
    /// <summary>Compares what was found with what a layer holds.</summary>
    /// <param name="changed">What was found.</param>
    /// <param name="all">Its entries.</param>
    /// <param name="kept">The entries of the layer.</param>
    /// <param name="time">The latest time that an entry may have.</param>
    /// <returns>The difference; null when it is one that cannot be taken away.</returns>
    public static UpperdirCleanup? Of(
        UpperdirReader changed,
        IReadOnlyList<LayerEntry> all,
        IReadOnlyList<LayerEntry> kept,
        DateTimeOffset time
    )
    {
        var entries = kept.Where(entry => entry.Kind is not (EntryKind.Whiteout or EntryKind.OpaqueWhiteout))
            .ToDictionary(entry => entry.Path);
        var removed = all.Select(entry => entry.Path)
            .Except(kept.Select(entry => entry.Path))
            .OrderByDescending(path => path)
            .ToImmutableArray();
        // A folder has another time once something in it is removed.
        var late = changed
            .Late.Concat(removed.Select(path => path.Parent!))
            .Where(entries.ContainsKey)
            .Distinct()
            .ToImmutableArray();
        // Arguments of a program are UTF-8; the paths of Late are its input, which is bytes.
        var isText = !removed.Any(path => NameBytes.HasBytes(path.Text));
        return changed.IsExact && isText && late.All(path => entries[path].ModificationTime == time)
            ? new UpperdirCleanup(removed, late, time)
            : null;
    }

    /// <summary>What takes the difference away.</summary>
    /// <param name="folder">The absolute path of the folder that a command changed.</param>
    public SandboxScript Script(string folder) =>
        new(
            """cd -- "$1" && time=$2 && shift 2 && { [ $# = 0 ] || rm -df -- "$@"; } && xargs -0 -r touch -h -c -d "$time" --""",
            [
                folder,
                string.Create(CultureInfo.InvariantCulture, $"@{Time.ToUnixTimeSeconds()}"),
                .. Removed.Select(path => "." + path.Text),
            ]
        )
        {
            Input = WritePathsAsync,
        };

    /// <summary>Writes the late paths, each with a NUL after it.</summary>
    private async Task WritePathsAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (var path in Late)
        {
            var bytes = NameBytes.EncodeForSystem("." + path.Text);
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
    }
}
