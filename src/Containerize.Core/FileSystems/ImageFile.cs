using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.FileSystems;

/// <summary>Something that lies at a path of an image.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Kind">What it is; a further name of a file is a file, too.</param>
/// <param name="Mode">Permission bits with set-id and sticky bits: <c>0755</c>.</param>
public sealed record ImageFile(ContainerPath Path, EntryKind Kind, int Mode)
{
    /// <summary>The owner's number.</summary>
    public long Uid { get; init; }

    /// <summary>The group's number.</summary>
    public long Gid { get; init; }

    /// <summary>The time of the last change, as the layer has it.</summary>
    public DateTimeOffset ModificationTime { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The length of a file's content in bytes; zero for all else.</summary>
    public long Size { get; init; }

    /// <summary>The SHA-256 of a file's content; null for all else.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Where a symbolic link points, as it is written; null for all else.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The path under which the layer has the file whose further name this is; null for a file of its
    /// own.</summary>
    public ContainerPath? HardLinkTarget { get; init; }

    /// <summary>The numbers of a device; zero for all else.</summary>
    public (int Major, int Minor) Device { get; init; }

    /// <summary>Extended attributes by their names, <c>security.capability</c> for one.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> ExtendedAttributes { get; init; } =
        LayerEntry.NoAttributes;

    /// <summary>Whether it is a folder that no layer has an entry of, but that something lies in.</summary>
    public bool IsImplied { get; init; }

    /// <summary>Which layer it is of, counted from the lowest, which is 0.</summary>
    public int Layer { get; init; }

    /// <summary>Where the content lies in the tar of <see cref="ContentLayer"/>.</summary>
    internal long Offset { get; init; }

    /// <summary>The layer that holds the content; for a further name it may be a lower one.</summary>
    internal int ContentLayer { get; init; }

    /// <summary>The entry of a tar that it is, with the attributes that files take along. The content is not part of it
    /// but for its length.</summary>
    internal LayerEntry ToEntry() =>
        new(Path, Kind, Mode)
        {
            Uid = Uid,
            Gid = Gid,
            ModificationTime = ModificationTime,
            LinkTarget = LinkTarget,
            Device = Device,
            Content =
                Kind == EntryKind.File
                    ? new FileContent(
                        Size,
                        () => throw new InvalidOperationException("It is copied from the layer."),
                        Path.Text
                    )
                    : null,
            ExtendedAttributes = KeptAttributes.Of(ExtendedAttributes),
        };
}
