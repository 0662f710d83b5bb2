using System.Collections.Immutable;
using Containerize.Packages;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;
using Containerize.Packages.Unpacking;

namespace Containerize.Tests.Packages;

/// <summary>The machine's own package sources, read by the code under test.</summary>
public sealed class MachinePackages : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, Task<PackageCatalog>> _catalogs = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("ctz-machine-").FullName;

    /// <summary>The packages that the comparisons are made with: small ones and large ones, programs and
    /// libraries.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "apache2",
        "ca-certificates",
        "chromium",
        "curl",
        "dbus",
        "default-jre-headless",
        "exim4",
        "ffmpeg",
        "fontconfig",
        "fonts-dejavu-core",
        "gcc",
        "ghostscript",
        "git",
        "gnupg",
        "graphviz",
        "gstreamer1.0-plugins-good",
        "imagemagick",
        "libasound2",
        "libc6-dev",
        "libfontconfig1",
        "libgdiplus",
        "libgl1",
        "libgssapi-krb5-2",
        "libgtk-3-0",
        "libicu72",
        "libsqlite3-0",
        "libssl3",
        "libx11-6",
        "locales",
        "mariadb-client",
        "nginx",
        "nodejs",
        "perl",
        "php-cli",
        "postfix",
        "postgresql-client",
        "python3-minimal",
        "ruby",
        "smbclient",
        "systemd",
        "tesseract-ocr",
        "tzdata",
        "wget",
        "wkhtmltopdf",
        "xvfb",
    ];

    public PackageDownloads Downloads => new(Path.Combine(_folder, "cache"), _http, offline: false);

    /// <summary>What the sources offer.</summary>
    public Task<PackageCatalog> CatalogAsync(string architecture)
    {
        lock (_catalogs)
        {
            if (!_catalogs.TryGetValue(architecture, out var catalog))
                _catalogs.Add(
                    architecture,
                    catalog = new PackageArchive(Downloads, new MachineKeys("/etc/apt"), TimeProvider.System).ReadAsync(
                        AptSourceFile.ReadFolder("/etc/apt", architecture),
                        architecture,
                        CancellationToken.None
                    )
                );
            return catalog;
        }
    }

    /// <summary>What is chosen: <c>name=version</c>, sorted.</summary>
    public async Task<string[]> ChooseAsync(string architecture, string status, params IEnumerable<string> packages) =>
        [
            .. Resolution
                .Of(
                    await CatalogAsync(architecture),
                    InstalledPackages.Read([(status, "status")], architecture),
                    packages.Select(PackageRequest.Parse),
                    PackageClosure.Full
                )
                .Packages.Select(package => $"{package.Record.Name}={package.Record.Version}")
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The status file of a system on which some packages, and what they need, are installed.</summary>
    public async Task<string> StatusAsync(string architecture, params IEnumerable<string> packages) =>
        string.Concat(
            Resolution
                .Of(
                    await CatalogAsync(architecture),
                    InstalledPackages.None,
                    packages.Select(PackageRequest.Parse),
                    PackageClosure.Full
                )
                .Packages.Select(package => package.Record.Stanza.With("Status", "install ok installed") + "\n")
        );

    /// <summary>The path of a package file, verified from the release's signature on.</summary>
    public async Task<string> FetchAsync(string architecture, string package)
    {
        var (record, origin) = (await CatalogAsync(architecture)).VersionsOf(package)[0];
        return (
            await Downloads.GetAsync(
                [new Uri(origin.Root, record.FileName)],
                record.Digest,
                record.Size,
                $"The package {package}",
                CancellationToken.None
            )
        )!;
    }

    /// <summary>The entries of one package file, nothing left out.</summary>
    public async Task<PackagesLayer> UnpackAsync(string architecture, string package, BaseSystem? system = null)
    {
        var available = (await CatalogAsync(architecture)).VersionsOf(package)[0];
        var installed = new InstalledPackage(
            package,
            available.Record.Version.Text,
            available.Record.Architecture,
            available.Record.Digest,
            available.Record.Size,
            available.Record.FileName
        );
        return await PackagesLayer.CreateAsync(
            [(installed, [new Uri(available.Origin.Root, available.Record.FileName)])],
            new PackagesLayerSettings
            {
                Architecture = architecture,
                Base = system ?? BaseSystem.Empty,
                Exclusions = PackageExclusions.Parse(""),
            },
            Downloads,
            _folder,
            CancellationToken.None
        );
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
