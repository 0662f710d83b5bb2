using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Packages.Formats;
using Containerize.Packages.Scripts;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;
using Containerize.Packages.Unpacking;

namespace Containerize.Packages;

/// <summary>
/// Packages unpacked into the entries of one layer. Their bytes are read from a work folder, which lives as long as
/// this does: dispose it when the layer is written.
/// </summary>
public sealed class PackagesLayer : IDisposable
{
    private readonly string _workFolder;

    private PackagesLayer(string workFolder, ImmutableArray<LayerEntry> entries, ImmutableArray<string> unrunScripts) =>
        (_workFolder, Entries, UnrunScripts) = (workFolder, entries, unrunScripts);

    /// <summary>The entries, sorted by path.</summary>
    public ImmutableArray<LayerEntry> Entries { get; }

    /// <summary>The layer to write.</summary>
    public PlannedLayer Plan => new(LayerNames.Packages, Entries);

    /// <summary>The packages with maintainer scripts whose effect is missing, sorted.</summary>
    public ImmutableArray<string> UnrunScripts { get; }

    /// <summary>Fetches packages and unpacks them.</summary>
    /// <param name="packages">What to install, and the URLs of each package file.</param>
    /// <param name="settings">How.</param>
    /// <param name="downloads">Where package files are kept and fetched from.</param>
    /// <param name="workFolder">Absolute path of a folder for what is decompressed; a folder of our own is made in
    /// it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0072, CTZ0076, CTZ0084 to CTZ0086, CTZ0088, CTZ0091.</exception>
    public static async Task<PackagesLayer> CreateAsync(
        ImmutableArray<(InstalledPackage Package, ImmutableArray<Uri> Urls)> packages,
        PackagesLayerSettings settings,
        PackageDownloads downloads,
        string workFolder,
        CancellationToken cancellationToken
    )
    {
        var folder = Path.Combine(workFolder, "packages-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            // base-files first: the folders that all packages share have the modes that it gives them.
            var ordered = packages
                .OrderBy(package => package.Package.Name != "base-files")
                .ThenBy(package => package.Package.Name, StringComparer.Ordinal)
                .ToImmutableArray();
            var debs = new (InstalledPackage Package, DebFile Deb)[ordered.Length];
            await Parallel
                .ForAsync(
                    0,
                    ordered.Length,
                    new ParallelOptions
                    {
                        MaxDegreeOfParallelism = settings.Parallelism,
                        CancellationToken = cancellationToken,
                    },
                    async (i, token) =>
                        debs[i] = (
                            ordered[i].Package,
                            await OpenAsync(ordered[i].Package, ordered[i].Urls, downloads, folder, token)
                                .ConfigureAwait(false)
                        )
                )
                .ConfigureAwait(false);
            var (tree, unrun) = Unpack([.. debs], settings);
            return new(folder, [.. tree.Entries.OrderBy(entry => entry.Path)], unrun);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_workFolder))
            Directory.Delete(_workFolder, recursive: true);
    }

    private static async Task<DebFile> OpenAsync(
        InstalledPackage package,
        ImmutableArray<Uri> urls,
        PackageDownloads downloads,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var what = $"The package {package}";
        var path =
            await downloads.GetAsync(urls, package.Digest, package.Size, what, cancellationToken).ConfigureAwait(false)
            ?? throw new ContainerizeException(
                DiagnosticTable.LockedPackageGone,
                $"{what} is gone from its source: {string.Join(" and ", urls.Select(AptSource.Display))} "
                    + $"{(urls.Length == 1 ? "is" : "are")} not there. "
                    + "A mirror drops a version when there is a newer one. Without a lock file publish again; with "
                    + "one, set ContainerUpdateLock=true, or use a source that keeps old versions."
            );
        var deb = await DebFile
            .OpenAsync(path, package.Digest, Path.Combine(folder, package.Digest.Hex + ".tar"), what, cancellationToken)
            .ConfigureAwait(false);
        return deb.Stanza["Package"] == package.Name && deb.Stanza["Version"] == package.Version
            ? deb
            : throw new ContainerizeException(
                DiagnosticTable.PackageInvalid,
                $"{what} calls itself {deb.Stanza["Package"]} {deb.Stanza["Version"]}. Its source is put "
                    + "together wrongly: report it there."
            );
    }

    private static (PackageTree Tree, ImmutableArray<string> Unrun) Unpack(
        ImmutableArray<(InstalledPackage Package, DebFile Deb)> debs,
        PackagesLayerSettings settings
    )
    {
        var packages = debs.Select(deb =>
                (
                    Record: new PackageRecord(deb.Deb.Stanza, settings.Architecture, deb.Package.Name),
                    Entries: PackageEntry.ReadAll(deb.Deb, deb.Package.Name, settings.Time)
                )
            )
            .ToImmutableArray();
        var mergedUsr = settings.IsBase
            ? BaseSystem.MergedUsr(settings.Architecture)
            : ImmutableDictionary<ContainerPath, string>.Empty;
        var tree = PackageTree.Of(settings.Base, mergedUsr, packages, settings.Exclusions, settings.Time);
        // Before the effects of scripts: these accounts are the image's, whatever base-passwd would add.
        foreach (var entry in settings.IsBase ? PackagesBase.Accounts(settings.Time) : [])
            tree.AddIfAbsent(entry);
        var unrun = ScriptEffects.Apply(tree, [.. debs.Select(deb => (deb.Package.Name, deb.Deb))], settings.Time);
        foreach (var (package, deb) in debs)
        {
            foreach (
                var record in DpkgRecords.Of(
                    package.Name,
                    deb,
                    path => tree.Includes(package.Name, path),
                    settings.Time
                )
            )
                tree.Set(record);
        }

        if (
            DpkgRecords.WithoutUpgraded(
                settings.Base,
                debs.Select(deb => deb.Package.Name).ToHashSet(StringComparer.Ordinal),
                settings.Time
            ) is
            { } status
        )
            tree.Set(status);
        return (tree, unrun);
    }
}

/// <summary>How packages are unpacked.</summary>
public sealed record PackagesLayerSettings
{
    /// <summary>The architecture of the image, as Debian calls it.</summary>
    public required string Architecture { get; init; }

    /// <summary>What they are unpacked onto.</summary>
    public BaseSystem Base { get; init; } = BaseSystem.Empty;

    /// <summary>Whether they are the base of the image: then <c>/usr</c> is merged and the accounts are made.</summary>
    public bool IsBase { get; init; }

    /// <summary>What is left out.</summary>
    public PackageExclusions Exclusions { get; init; } = PackageExclusions.Parse(PackageExclusions.Default);

    /// <summary>The time of every entry.</summary>
    public DateTimeOffset Time { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>How many packages are fetched and decompressed at once; the result does not depend on it.</summary>
    public int Parallelism { get; init; } = 4;
}
