using System.Text;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Inspection.Report.Contents;

/// <summary>Which package each file of an image is of, by what the image itself says.</summary>
internal sealed class PackageRecords
{
    private readonly Dictionary<ContainerPath, PackageName> _byPath = [];
    private readonly HashSet<PackageName> _all = [];

    private readonly Dictionary<PackageName, string> _licenses = [];

    private PackageRecords() { }

    /// <summary>All packages, those without a known file too.</summary>
    public IEnumerable<PackageName> All => _all;

    /// <summary>Whether it is one of the files that say what is installed.</summary>
    public static bool IsRecord(ContainerPath path) =>
        path.Text.EndsWith(".deps.json", StringComparison.Ordinal)
        || DebianFiles.IsRecord(path)
        || path == AlpineFiles.Database
        || RecordedLicenses.IsRecord(path);

    /// <summary>Reads the records of an image.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="listings">What was kept of them.</param>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PackageRecords> ReadAsync(
        ImageFiles files,
        LayerListings listings,
        Platform platform,
        CancellationToken cancellationToken
    )
    {
        var records = new PackageRecords();
        var texts = new List<(ContainerPath Path, string Text)>();
        foreach (var file in files.All.Where(file => IsRecord(file.Path)))
        {
            if (await listings.BytesAsync(files, file, cancellationToken).ConfigureAwait(false) is { } bytes)
                texts.Add((file.Path, Encoding.UTF8.GetString(bytes)));
        }

        // The system's packages come last: a .NET that Debian packed is a package of Debian's.
        records.Add(SharedFrameworks.Of(files), files);
        foreach (
            var (path, text) in texts.Where(text => text.Path.Name.EndsWith(".deps.json", StringComparison.Ordinal))
        )
            records.Add(DepsJsonFiles.Of(path, text, files), files);
        records.Add(AlpineFiles.Of(texts.FirstOrDefault(text => text.Path == AlpineFiles.Database).Text ?? ""), files);
        records.Add(DebianFiles.Of(texts, platform), files);
        var licenses = new RecordedLicenses(texts.ToDictionary(text => text.Path, text => text.Text), files);
        foreach (var package in records._all)
        {
            if (licenses.Of(package) is { } license)
                records._licenses[package] = license;
        }

        return records;
    }

    /// <summary>The licence that the image's records name for a package; null for none.</summary>
    public string? LicenseOf(PackageName package) => _licenses.GetValueOrDefault(package);

    /// <summary>The package that a path is of; null for none that is known.</summary>
    public PackageName? Find(ContainerPath path) => _byPath.GetValueOrDefault(path);

    private void Add(IEnumerable<(PackageName Package, ContainerPath? Path)> found, ImageFiles files)
    {
        foreach (var (package, path) in found)
        {
            _all.Add(package);
            if (path is not null)
                _byPath[files.Find(path) is null ? Place(path, files) : path] = package;
        }
    }

    // Records name /bin/sh where /bin is a link to /usr/bin.
    private static ContainerPath Place(ContainerPath path, ImageFiles files)
    {
        try
        {
            return files.Follow(path, last: false);
        }
        catch (Diagnostics.ContainerizeException)
        {
            return path;
        }
    }
}
