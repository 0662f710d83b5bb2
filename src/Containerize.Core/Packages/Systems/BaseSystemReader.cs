using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Packages.Systems;

/// <summary>Tells from the files of a base image what must be known of it to install packages upon it.</summary>
public static class BaseSystemReader
{
    /// <summary>Reads an image.</summary>
    /// <exception cref="ContainerizeException">As <see cref="ImageFiles"/> says.</exception>
    public static async Task<BaseSystem> ReadAsync(Image image, CancellationToken cancellationToken)
    {
        var files = await ImageFiles
            .ReadAsync(image, cancellationToken, path => IsWanted(path) || BaseAptFiles.IsOne(path))
            .ConfigureAwait(false);
        var texts = ImmutableSortedDictionary.CreateBuilder<ContainerPath, string>();
        foreach (var file in files.All.Where(file => file.Kind == EntryKind.File && IsWanted(file.Path)))
            texts.Add(
                file.Path,
                Encoding.UTF8.GetString((await files.ReadBytesAsync(file, cancellationToken).ConfigureAwait(false))!)
            );
        var apt = ImmutableSortedDictionary.CreateBuilder<ContainerPath, ImmutableArray<byte>>();
        foreach (var file in files.All.Where(file => file.Kind == EntryKind.File && BaseAptFiles.IsOne(file.Path)))
            apt.Add(file.Path, [.. (await files.ReadBytesAsync(file, cancellationToken).ConfigureAwait(false))!]);
        return new BaseSystem(
            [.. Of(EntryKind.Directory).Where(file => !file.IsImplied).Select(file => file.Path)],
            Of(EntryKind.SymbolicLink).ToImmutableDictionary(file => file.Path, file => file.LinkTarget!),
            [
                .. files
                    .All.Where(file => file.Kind is not (EntryKind.Directory or EntryKind.SymbolicLink))
                    .Select(file => file.Path),
            ],
            texts.ToImmutable()
        )
        {
            AptFiles = apt.ToImmutable(),
        };

        IEnumerable<ImageFile> Of(EntryKind kind) => files.All.Where(file => file.Kind == kind);
    }

    private static bool IsWanted(ContainerPath path) =>
        path.Text is "/etc/os-release" or "/usr/lib/os-release"
        || path == BaseSystem.CertificateBundle
        || path == DpkgRecords.Status
        || path.Parent == DpkgRecords.StatusFolder;
}
