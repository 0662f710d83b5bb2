using System.Buffers;
using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.Publishing.Files;

/// <summary>
/// Files of a Windows container: its drive <c>C:</c> is the folder <c>Files</c> of a layer, beside which there is
/// always a folder <c>Hives</c> for the registry; and each entry says its attributes and who owns it in PAX records.
/// </summary>
internal static class WindowsFiles
{
    /// <summary>The folder of a layer that is the drive <c>C:</c>.</summary>
    public static ContainerPath Drive { get; } = ContainerPath.Root.Combine("Files");

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"|?*\\");

    private static readonly ContainerPath Hives = ContainerPath.Root.Combine("Hives");

    // MS-DTYP, 2.4.6: revision 1, self-relative; then where its parts are, little-endian: the owner at 20, the group at
    // 36, no lists of rights, so that those of the folder above count. Both are S-1-5-32-545, the group BUILTIN\Users
    // (2.4.2.2).
    private static readonly byte[] OwnedByUsers =
    [
        1,
        0,
        0x00,
        0x80,
        20,
        0,
        0,
        0,
        36,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        .. Users,
        .. Users,
    ];

    private static ReadOnlySpan<byte> Users => [1, 2, 0, 0, 0, 0, 0, 5, 0x20, 0, 0, 0, 0x21, 0x02, 0, 0];

    private static readonly string SecurityDescriptor = Convert.ToBase64String(OwnedByUsers);

    /// <summary>Reads an absolute path of a Windows container: <c>C:\app</c>, <c>C:/app/</c> or <c>\app</c>.</summary>
    /// <returns>Where that lies in a layer.</returns>
    /// <exception cref="ContainerizeException">CTZ0010 for a relative path, another drive, or a name that Windows does
    /// not take.</exception>
    public static ContainerPath Parse(string text)
    {
        var path = text.Replace('\\', '/');
        if (path.StartsWith("C:/", StringComparison.OrdinalIgnoreCase))
            path = path[2..];
        return path.StartsWith('/') && !path.Contains(':', StringComparison.Ordinal)
            ? Checked(Drive.Combine(path))
            : throw new ContainerizeException(
                DiagnosticTable.InvalidPath,
                $"'{text}' is no absolute path of a Windows container, which has one drive. Write it as 'C:\\app'."
            );
    }

    /// <summary>What the container calls a path of a layer: <c>C:\app</c>.</summary>
    public static string NameOf(ContainerPath path) =>
        "C:\\" + path.Text[Drive.Text.Length..].TrimStart('/').Replace('/', '\\');

    /// <summary>The entries as Windows needs them in one layer.</summary>
    /// <param name="entries">What is in it.</param>
    /// <param name="created">The image's time.</param>
    /// <exception cref="ContainerizeException">CTZ0010 for a name that Windows does not take.</exception>
    public static ImmutableArray<LayerEntry> Complete(ImmutableArray<LayerEntry> entries, DateTimeOffset created) =>
        [
            .. entries
                .Append(
                    new LayerEntry(Hives, EntryKind.Directory, FileKind.ExecutableMode) { ModificationTime = created }
                )
                .Select(entry => entry with { Path = Checked(entry.Path), Records = RecordsOf(entry.Kind) }),
        ];

    // FILE_ATTRIBUTE_DIRECTORY, _REPARSE_POINT and _ARCHIVE, as Windows itself writes them into its layers.
    private static ImmutableSortedDictionary<string, string> RecordsOf(EntryKind kind) =>
        LayerEntry
            .NoRecords.Add(
                "MSWINDOWS.fileattr",
                kind switch
                {
                    EntryKind.Directory => "16",
                    EntryKind.SymbolicLink => "1024",
                    _ => "32",
                }
            )
            .Add("MSWINDOWS.rawsd", SecurityDescriptor);

    private static ContainerPath Checked(ContainerPath path)
    {
        foreach (var name in path.Text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name.AsSpan().ContainsAny(Forbidden) || name.Any(char.IsControl) || name[^1] is '.' or ' ')
                throw new ContainerizeException(
                    DiagnosticTable.InvalidPath,
                    $"The path '{path}' cannot be stored in a Windows layer: '{name}' is no name that Windows "
                        + "takes. Rename the file or leave it out of the publish."
                );
        }

        return path;
    }
}
