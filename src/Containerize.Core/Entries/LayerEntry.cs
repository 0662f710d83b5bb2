using System.Collections.Immutable;

namespace Containerize.Entries;

/// <summary>What an entry of a layer is.</summary>
public enum EntryKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,
    CharacterDevice,
    BlockDevice,
    Fifo,

    /// <summary>Takes away what lower layers have at the path (image-spec, layer.md, "Whiteouts").</summary>
    Whiteout,

    /// <summary>Takes away what lower layers have below the path, which is a folder's.</summary>
    OpaqueWhiteout,
}

/// <summary>
/// One entry of a layer, with everything that ends up in the tar. Nothing in it comes from the host's file system but
/// the content and the target of a link.
/// </summary>
/// <param name="Path">Where it lies in the container.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits with set-id and sticky bits: <c>0755</c>.</param>
public sealed record LayerEntry(ContainerPath Path, EntryKind Kind, int Mode)
{
    /// <summary>The mode of a symbolic link, which no system looks at: <c>rwxrwxrwx</c>.</summary>
    public const int LinkMode = 0b111_111_111;

    /// <summary>The content of a file; null for every other kind.</summary>
    public FileContent? Content { get; init; }

    /// <summary>Where a symbolic link points, as it is written; for a hard link the path of the other entry.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The owner's number.</summary>
    public long Uid { get; init; }

    /// <summary>The group's number.</summary>
    public long Gid { get; init; }

    /// <summary>The time of the last change, in whole seconds.</summary>
    public DateTimeOffset ModificationTime { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>PAX records beyond those that the other members need, by key; where Windows keeps its
    /// attributes.</summary>
    public ImmutableSortedDictionary<string, string> Records { get; init; } = NoRecords;

    /// <summary>No records, in the order that they are written in.</summary>
    public static ImmutableSortedDictionary<string, string> NoRecords { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The numbers of a device; zero for every other kind.</summary>
    public (int Major, int Minor) Device { get; init; }

    /// <summary>Extended attributes by their names, <c>security.capability</c> for one.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> ExtendedAttributes { get; init; } = NoAttributes;

    /// <summary>No extended attributes, in the order that records are written in.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<byte>> NoAttributes { get; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<byte>>(StringComparer.Ordinal);
}
