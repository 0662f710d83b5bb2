using System.Collections.Immutable;
using Containerize.Compression;
using Containerize.Diagnostics;

namespace Containerize.Packages.Sources;

/// <summary>
/// Reads sources into a catalog: each release, verified, then the index of each component, verified by the release.
/// </summary>
/// <param name="downloads">Where files are kept and fetched from.</param>
/// <param name="machineKeys">The keyrings for sources without <c>Signed-By</c>.</param>
/// <param name="clock">The clock that the dates of keys and releases are compared with.</param>
public sealed class PackageArchive(PackageDownloads downloads, MachineKeys machineKeys, TimeProvider clock)
{
    /// <summary>All that the sources offer for an architecture.</summary>
    /// <param name="sources">The sources, in their order.</param>
    /// <param name="architecture">The architecture of the image, as Debian calls it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0071 when no source is for the architecture; CTZ0072 to CTZ0078 and CTZ0091 for what a source can do to us.
    /// </exception>
    public async Task<PackageCatalog> ReadAsync(
        ImmutableArray<AptSource> sources,
        string architecture,
        CancellationToken cancellationToken
    )
    {
        // The same place written twice, as in sources.list and a file beside it, is read once.
        var wanted = sources
            .Where(source => source.Architectures.IsEmpty || source.Architectures.Contains(architecture))
            .DistinctBy(source => (source.Root, source.Suite, string.Join(' ', source.Components)))
            .ToList();
        var entries = await Task.WhenAll(wanted.Select(source => ReadAsync(source, architecture, cancellationToken)))
            .ConfigureAwait(false);
        var all = entries.SelectMany(list => list).ToImmutableArray();
        return !all.IsEmpty
            ? new PackageCatalog(architecture, all)
            : throw new ContainerizeException(
                DiagnosticTable.PackageSourceMissing,
                $"No package source has packages for {architecture}"
                    + (
                        sources.IsEmpty
                            ? ": none is configured. "
                            : $"; looked at {string.Join(", ", sources.Select(source => source.Name))}. "
                    )
                    + "Operating-system packages come from the apt sources of the machine, or from "
                    + "ContainerPackageSource items: add one with Suites and Components."
            );
    }

    private async Task<ImmutableArray<CatalogEntry>> ReadAsync(
        AptSource source,
        string architecture,
        CancellationToken cancellationToken
    )
    {
        var release =
            await downloads
                .GetReleaseAsync(
                    new Uri(source.ReleaseRoot, "InRelease"),
                    $"The release of {source.Name}",
                    message => Release.Read(message, machineKeys.For(source), source, clock.GetUtcNow()),
                    cancellationToken
                )
                .ConfigureAwait(false)
            ?? throw new ContainerizeException(
                DiagnosticTable.ReleaseUntrusted,
                $"{AptSource.Display(source.ReleaseRoot)} has no InRelease file ({source.Where}). Without one "
                    + "nothing that comes from there can be trusted: "
                    + "sign the repository, or correct the address and the suite."
            );
        if (
            release.Architectures.Count > 0
            && !release.Architectures.Contains(architecture)
            && !release.Architectures.Contains("all")
        )
            return [];
        var origin = new PackageOrigin(source.Root, release.Origin, release.Codename);
        var folders = source.IsFlat
            ? [""]
            : source.Components.SelectMany(component => Folders(component, architecture, release)).ToArray();
        var indexes = await Task.WhenAll(
                folders.Select(folder => ReadIndexAsync(source, release, folder, architecture, cancellationToken))
            )
            .ConfigureAwait(false);
        return [.. indexes.OfType<PackageIndex>().Select(index => new CatalogEntry(index, origin, release.Priority))];
    }

    private static IEnumerable<string> Folders(string component, string architecture, Release release)
    {
        if (release.Architectures.Count == 0 || release.Architectures.Contains(architecture))
            yield return $"{component}/binary-{architecture}/";
        if (release.HasIndexForAll)
            yield return $"{component}/binary-all/";
    }

    private async Task<PackageIndex?> ReadIndexAsync(
        AptSource source,
        Release release,
        string folder,
        string architecture,
        CancellationToken cancellationToken
    )
    {
        // The release names files that no mirror has, the uncompressed index first of all: the next best is taken then.
        var choices = Decompression
            .Extensions.Select(extension => (Extension: extension, File: release.Find(folder + "Packages" + extension)))
            .Where(choice => choice.File is not null)
            .OrderBy(choice => choice.Extension.Length == 0)
            .ThenBy(choice => choice.File!.Size)
            .ToList();
        if (choices.Count == 0)
            return folder.EndsWith("/binary-all/", StringComparison.Ordinal)
                ? null
                : throw Missing(source, folder, "its release does not name it");
        var what = $"The index {folder}Packages of {source.Name}";
        var bytes = release.Find(folder + "Packages") is { } content
            ? await downloads.GetContentAsync(content, OpenAsync, what, cancellationToken).ConfigureAwait(false)
            : await ReadAllAsync().ConfigureAwait(false);
        return PackageIndex.Read(bytes, architecture, what);

        async Task<Stream> OpenAsync()
        {
            foreach (var (extension, file) in choices)
            {
                var plain = new Uri(source.ReleaseRoot, file!.Path);
                Uri[] urls = release.HasByHash ? [new Uri(plain, $"by-hash/SHA256/{file.Digest.Hex}"), plain] : [plain];
                if (
                    await downloads
                        .GetAsync(urls, file.Digest, file.Size, what, cancellationToken)
                        .ConfigureAwait(false) is
                    { } path
                )
                    return Decompression.Open(File.OpenRead(path), extension);
            }

            throw Missing(
                source,
                folder,
                $"nothing is there at {AptSource.Display(new Uri(source.ReleaseRoot, folder))}"
            );
        }

        async Task<byte[]> ReadAllAsync()
        {
            var stream = await OpenAsync().ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                try
                {
                    using var content = new MemoryStream();
                    await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
                    return content.ToArray();
                }
                catch (Exception exception) when (Decompression.IsDamage(exception))
                {
                    throw PackageDownloads.Tampered(
                        what,
                        $"it cannot be decompressed ({exception.Message})",
                        exception
                    );
                }
            }
        }
    }

    private static ContainerizeException Missing(AptSource source, string folder, string why) =>
        new(
            DiagnosticTable.PackageIndexMissing,
            $"{source.Name} has no index {folder}Packages: {why} ({source.Where}). Correct the components, or give "
                + "a source that has "
                + "this architecture: some distributions keep some architectures on servers of their own."
        );
}
