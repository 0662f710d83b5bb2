using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Packages.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Containerize.Core.Tests.Packages;

/// <summary>A signed repository in a folder of its own, as apt reads it by a <c>file:</c> URL.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ctz-packages-").FullName;
    private readonly List<TestDeb> _debs = [];

    /// <summary>The time at which everything is read.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public string Suite { get; init; } = "stable";

    public string Architecture { get; init; } = "amd64";

    /// <summary>Fields of the release beside those that every one has.</summary>
    public string ReleaseFields { get; set; } = "";

    /// <summary>Whether the release vouches for an index that decompresses to something else than it says.</summary>
    public bool MisstatesContent { get; init; }

    /// <summary>Who signs.</summary>
    public TestKey Key { get; set; } = TestKey.Trusted;

    /// <summary>The folder with the repository.</summary>
    public string Root => Path.Combine(_folder, "repository");

    /// <summary>The folder of the cache.</summary>
    public string Cache => Path.Combine(_folder, "cache");

    public string Work => Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;

    public string InReleasePath => Path.Combine(Root, "dists", Suite, "InRelease");

    public string IndexPath => Path.Combine(Root, "dists", Suite, "main", "binary-" + Architecture, "Packages.gz");

    public AptSource Source =>
        new(new Uri("file://" + Root + "/"), Suite, ["main"], "test") { SignedBy = [TestKey.Trusted.Armored] };

    public TestRepository With(params ReadOnlySpan<TestDeb> debs)
    {
        _debs.AddRange(debs);
        return this;
    }

    /// <summary>Writes the repository.</summary>
    public TestRepository Publish()
    {
        var index = new StringBuilder();
        foreach (var deb in _debs)
        {
            var bytes = deb.ToBytes();
            Directory.CreateDirectory(Path.Combine(Root, "pool"));
            File.WriteAllBytes(PathOf(deb), bytes);
            index.Append(
                CultureInfo.InvariantCulture,
                $"{deb.Record.TrimEnd('\n')}\nFilename: pool/{Path.GetFileName(PathOf(deb))}\nSize: "
                    + $"{bytes.Length}\nSHA256: {Convert.ToHexStringLower(SHA256.HashData(bytes))}\n\n"
            );
        }

        Directory.CreateDirectory(Path.GetDirectoryName(IndexPath)!);
        var plain = Encoding.UTF8.GetBytes(index.ToString());
        using (var gzip = new GZipStream(File.Create(IndexPath), CompressionLevel.Fastest))
            gzip.Write(plain);
        var compressed = File.ReadAllBytes(IndexPath);
        File.WriteAllText(
            InReleasePath,
            Key.ClearSign(
                $"Origin: Debian\nSuite: {Suite}\nCodename: {Suite}\nArchitectures: {Architecture}\nComponents: "
                    + $"main\n{ReleaseFields}"
                    + $"SHA256:\n {Sum(MisstatesContent ? [.. plain[..^1], (byte)' '] : plain)} "
                    + $"main/binary-{Architecture}/Packages\n {Sum(compressed)} "
                    + $"main/binary-{Architecture}/Packages.gz\n"
            )
        );
        return this;

        static string Sum(byte[] bytes) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Convert.ToHexStringLower(SHA256.HashData(bytes))} {bytes.Length}"
            );
    }

    public string PathOf(TestDeb deb) =>
        Path.Combine(Root, "pool", $"{deb.Name}_{deb.Version.Replace(':', '_')}_{deb.Architecture}.deb");

    /// <summary>What the repository offers, read as a user's source is.</summary>
    public async Task<PackageCatalog> ReadAsync(
        DateTimeOffset? now = null,
        AptSource? source = null,
        bool offline = false
    )
    {
        using var http = new HttpClient();
        return await new PackageArchive(
            new PackageDownloads(Cache, http, offline),
            new MachineKeys(_folder),
            new FakeTimeProvider(now ?? Now)
        ).ReadAsync([source ?? Source], Architecture, TestContext.Current.CancellationToken);
    }

    /// <summary>The settings of an installation from here.</summary>
    public PackageSettings Settings(params ImmutableArray<string> requests) =>
        new()
        {
            Requests = requests,
            Sources = [Source],
            AptFolder = _folder,
            CacheFolder = Cache,
            WorkFolder = Work,
            Clock = new FakeTimeProvider(Now),
        };

    /// <summary>Installs upon a base of Debian that has some files, and unpacks.</summary>
    public async Task<TestInstallation> InstallAsync(
        PackageSettings settings,
        Image? baseImage = null,
        TransferOptions? transfers = null,
        HttpClient? client = null
    )
    {
        using var http = client ?? new HttpClient();
        var chosen = await new PackageInstaller(settings, http, transfers).InstallAsync(
            "test",
            baseImage ?? TestBase.Debian(Suite),
            new Platform("linux", Architecture),
            TestContext.Current.CancellationToken
        );
        return new TestInstallation(chosen, await chosen.UnpackAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Packages that were chosen and unpacked.</summary>
internal sealed record TestInstallation(PackageInstallation Chosen, PackagesLayer Unpacked) : IDisposable
{
    public PlannedLayer Layer => Unpacked.Plan;

    public ImmutableArray<InstalledPackage> Packages => Chosen.Packages;

    public ImmutableArray<string> UnrunScripts => Unpacked.UnrunScripts;

    public ImmutableArray<string> LockChanges => Chosen.LockChanges;

    public void Dispose() => Chosen.Dispose();
}
