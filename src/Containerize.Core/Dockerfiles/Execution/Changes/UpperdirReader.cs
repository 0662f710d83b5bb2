using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.IO;
using Containerize.Tar;
using Microsoft.Win32.SafeHandles;

namespace Containerize.Dockerfiles.Execution.Changes;

/// <summary>The files that a command left, read from the tar that a program of the machine made of their
/// folder.</summary>
/// <param name="handle">The tar, not compressed.</param>
/// <param name="time">The latest time that a file may have.</param>
internal sealed class UpperdirReader(SafeFileHandle handle, DateTimeOffset time)
{
    private const string Opaque = "overlay.opaque";

    private readonly SortedDictionary<ContainerPath, LayerEntry> _entries = [];
    private readonly List<LayerEntry> _opaque = [];
    private readonly List<ContainerPath> _late = [];

    /// <summary>The paths whose time on the disk is not that of their entry.</summary>
    public IReadOnlyList<ContainerPath> Late => _late;

    /// <summary>Whether entries say all that the disk does, but for times.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>Reads the tar.</summary>
    /// <returns>One entry for each path, with whiteouts where overlayfs has them, hard links to the first path of a
    /// file.</returns>
    /// <exception cref="ContainerizeException">CTZ0009 or CTZ0010 for a name that no layer can hold, CTZ0143 when it is
    /// no tar.</exception>
    public IReadOnlyList<LayerEntry> Read(CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new BufferedStream(new SliceStream(handle, 0, RandomAccess.GetLength(handle)), 1 << 17);
            using var reader = new TarItemReader(stream, isHashed: false);
            while (reader.Read() is { } item)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Add(item);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new ContainerizeException(
                DiagnosticTable.RunnerFailed,
                $"What a command of RUN changed cannot be read: tar gave what is no tar ({exception.Message}). "
                    + "RUN needs GNU tar.",
                exception
            );
        }

        SettleHardLinks();
        return [.. _entries.Values, .. _opaque];
    }

    // What overlayfs notes, and what a kernel that labels files gives to every one.
    private static bool IsOfKernel(string attribute) =>
        attribute == "security.selinux"
        || attribute.StartsWith("trusted.overlay.", StringComparison.Ordinal)
        || attribute.StartsWith("user.overlay.", StringComparison.Ordinal);

    private void Add(TarItem item)
    {
        var names = LayerOverlay.Names(item.Name);
        if (names.Length == 0)
            return;
        var path = ContainerPath.Root.Combine(string.Join('/', names));
        var isGone = item is { Type: TarItem.CharacterDevice, DeviceMajor: 0, DeviceMinor: 0 };
        var whole = DateTimeOffset.FromUnixTimeSeconds(item.ModificationTime.ToUnixTimeSeconds());
        if (!isGone && item.ModificationTime != (whole < time ? whole : time))
            _late.Add(path);
        IsExact &=
            !item.HasAccessList
            && item.ExtendedAttributes.Keys.All(name => KeptAttributes.Contains(name) || IsOfKernel(name));
        _entries[path] = isGone
            ? new LayerEntry(path, EntryKind.Whiteout, FileKind.PlainMode) { ModificationTime = time }
            : new LayerEntry(path, KindOf(item), item.Mode)
            {
                Uid = item.Uid,
                Gid = item.Gid,
                ModificationTime = whole < time ? whole : time,
                LinkTarget = item.Type switch
                {
                    TarItem.SymbolicLink => item.LinkName,
                    TarItem.HardLink => "/" + string.Join('/', LayerOverlay.Names(item.LinkName)),
                    _ => null,
                },
                Device = KindOf(item) is EntryKind.CharacterDevice or EntryKind.BlockDevice
                    ? (item.DeviceMajor, item.DeviceMinor)
                    : default,
                Content =
                    item.Type == TarItem.File
                        ? new FileContent(item.Size, () => new SliceStream(handle, item.Offset, item.Size), path.Text)
                        : null,
                ExtendedAttributes = KeptAttributes.Of(item.ExtendedAttributes),
            };
        if (
            item.Type == TarItem.Directory
            && item.ExtendedAttributes.Keys.Any(name => name is "trusted." + Opaque or "user." + Opaque)
        )
            _opaque.Add(new LayerEntry(path, EntryKind.OpaqueWhiteout, FileKind.PlainMode) { ModificationTime = time });
    }

    // Which of its names a file was packed under follows from the order on disk.
    private void SettleHardLinks()
    {
        foreach (
            var group in _entries
                .Values.Where(entry => entry.Kind == EntryKind.HardLink)
                .GroupBy(entry => ContainerPath.Parse(entry.LinkTarget!))
                .ToList()
        )
        {
            var file = _entries[group.Key];
            var names = group.Select(link => link.Path).Append(group.Key).Order().ToList();
            foreach (var name in names.Skip(1))
                _entries[name] = file with
                {
                    Path = name,
                    Kind = EntryKind.HardLink,
                    Content = null,
                    LinkTarget = names[0].Text,
                    ExtendedAttributes = LayerEntry.NoAttributes,
                };
            _entries[names[0]] = file with { Path = names[0] };
        }
    }

    private static EntryKind KindOf(TarItem item) =>
        item.Type switch
        {
            TarItem.Directory => EntryKind.Directory,
            TarItem.SymbolicLink => EntryKind.SymbolicLink,
            TarItem.HardLink => EntryKind.HardLink,
            TarItem.CharacterDevice => EntryKind.CharacterDevice,
            TarItem.BlockDevice => EntryKind.BlockDevice,
            TarItem.Fifo => EntryKind.Fifo,
            _ => EntryKind.File,
        };
}
