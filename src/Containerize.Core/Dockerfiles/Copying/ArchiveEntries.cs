using Containerize.Entries;
using Containerize.Tar;

namespace Containerize.Dockerfiles.Copying;

/// <summary>Puts the entries of an archive into an image, as unpacking it there would.</summary>
internal static class ArchiveEntries
{
    /// <summary>Puts everything below a folder.</summary>
    /// <returns>Null, or what stands in the way.</returns>
    public static string? Put(AddedArchive archive, CopyTarget target, ContainerPath folder, string where)
    {
        foreach (var item in archive.Items)
        {
            var names = Names(item.Name);
            var linked = item.Type == TarItem.HardLink ? Names(item.LinkName) : [];
            if (names.Contains("..") || linked.Contains(".."))
                return $"'{where}' holds '{item.Name}', which leads out of the folder that it is unpacked into";
            if (names.Count == 0 || KindOf(item.Type) is not { } kind)
                continue;
            var entry = new LayerEntry(Place(names), kind, item.Mode)
            {
                Uid = item.Uid,
                Gid = item.Gid,
                LinkTarget =
                    kind == EntryKind.HardLink ? Place(linked).Text
                    : kind == EntryKind.SymbolicLink ? item.LinkName
                    : null,
                Content = kind == EntryKind.File ? archive.ContentOf(item, where) : null,
                Device = (item.DeviceMajor, item.DeviceMinor),
                ExtendedAttributes = item.ExtendedAttributes,
            };
            if (target.Unpack(entry) is { } obstacle)
                return obstacle;
        }

        return null;

        ContainerPath Place(List<string> names) =>
            names.Count == 0
                ? folder
                : target.Follow(folder.Combine(string.Join('/', names.SkipLast(1)))).Combine(names[^1]);
    }

    // Programs write "./a/b" as well as "a/b", for the entry and for what it is a further name of.
    private static List<string> Names(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".")];

    private static EntryKind? KindOf(char type) =>
        type switch
        {
            TarItem.File => EntryKind.File,
            TarItem.Directory => EntryKind.Directory,
            TarItem.SymbolicLink => EntryKind.SymbolicLink,
            TarItem.HardLink => EntryKind.HardLink,
            TarItem.CharacterDevice => EntryKind.CharacterDevice,
            TarItem.BlockDevice => EntryKind.BlockDevice,
            TarItem.Fifo => EntryKind.Fifo,
            _ => null,
        };
}
