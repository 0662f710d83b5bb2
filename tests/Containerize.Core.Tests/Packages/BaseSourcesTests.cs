using System.Formats.Tar;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Core.Tests.Packages;

/// <summary>Bases that bring the sources of their packages, and the keys for them, on a machine with sources of its own
/// or none.</summary>
public sealed class BaseSourcesTests : IDisposable
{
    private const string Archive = "http://archive.invalid/debian";

    private readonly TestRepository _repository = new TestRepository { Suite = "trixie" }
        .With(new TestDeb("hello", "2.0"))
        .Publish();

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("etc/apt/sources.list", "deb [signed-by=/usr/share/keyrings/test.gpg] " + Archive + " trixie main\n")]
    [InlineData(
        "etc/apt/sources.list",
        "# before\ndeb cdrom:[x]/ trixie main\ndeb file:/srv/local trixie main\ndeb " + Archive + "/ trixie main\n"
    )]
    [InlineData(
        "etc/apt/sources.list.d/debian.sources",
        "Types: deb\nURIs: " + Archive + "\nSuites: trixie\nComponents: main\nSigned-By: /etc/apt/keyrings/link.gpg\n"
    )]
    [InlineData(
        "etc/apt/sources.list.d/debian.sources",
        "Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: trixie\nComponents: main\n"
            + "Signed-By: /usr/share/keyrings/test.gpg\n"
    )]
    public async Task Packages_come_from_where_the_base_says_by_its_own_keys(string path, string sources)
    {
        var settings = _repository.Settings("hello") with { Sources = [], Mirrors = [Mirror(Archive)] };
        using var installed = await _repository.InstallAsync(settings, Base("trixie", TestBase.File(path, sources)));
        Assert.Equal(["hello 2.0"], Names(installed));
    }

    [Fact]
    public async Task A_key_that_the_machine_trusts_is_none_of_the_bases()
    {
        var settings = _repository.Settings("hello") with { Sources = [], Mirrors = [Mirror(Archive)] };
        await WriteMachineAsync(_repository, "trixie");
        var sources = TestBase.File("etc/apt/sources.list", "deb " + Archive + " trixie main\n");
        var image = TestBase.Of([Release("trixie"), sources]);
        Assert.Same(
            DiagnosticTable.ReleaseUntrusted,
            (
                await Assert.ThrowsAsync<ContainerizeException>(() => _repository.InstallAsync(settings, image))
            ).Diagnostic
        );
    }

    [Fact]
    public async Task A_base_without_sources_takes_the_machines_of_its_release()
    {
        using var older = new TestRepository { Suite = "bookworm" }
            .With(new TestDeb("hello", "1.0"))
            .Publish();
        await WriteMachineAsync(_repository, "trixie", older);
        var settings = _repository.Settings("hello") with { Sources = [] };
        foreach (var (release, expected) in new[] { ("trixie", "hello 2.0"), ("bookworm", "hello 1.0") })
        {
            using var installed = await _repository.InstallAsync(
                settings,
                TestBase.Of([
                    Release(release),
                    TestBase.File(
                        "var/lib/dpkg/status.d/base-files",
                        "Package: base-files\nVersion: 1\nArchitecture: amd64\n"
                    ),
                ])
            );
            Assert.Equal([expected], Names(installed));
        }

        Assert.Same(
            DiagnosticTable.DistributionMismatch,
            (
                await Assert.ThrowsAsync<ContainerizeException>(() =>
                    _repository.InstallAsync(settings, TestBase.Of([Release("sid")]))
                )
            ).Diagnostic
        );
    }

    [Fact]
    public async Task The_projects_sources_come_before_the_bases()
    {
        var settings = _repository.Settings("hello");
        using var installed = await _repository.InstallAsync(
            settings,
            Base("trixie", TestBase.File("etc/apt/sources.list", "deb http://nowhere.invalid/debian trixie main\n"))
        );
        Assert.Equal(["hello 2.0"], Names(installed));
    }

    [Fact]
    public async Task Where_the_bases_sources_do_not_answer_the_machines_of_the_same_release_do()
    {
        // No server listens on this port of this machine.
        var image = Base(
            "trixie",
            TestBase.File("etc/apt/sources.list", "deb http://127.0.0.1:9/debian trixie main\n")
        );
        await WriteMachineAsync(_repository, "trixie");
        using (
            var installed = await _repository.InstallAsync(_repository.Settings("hello") with { Sources = [] }, image)
        )
            Assert.Equal(["hello 2.0"], Names(installed));
        var other = Base(
            "bookworm",
            TestBase.File("etc/apt/sources.list", "deb http://127.0.0.1:9/debian bookworm main\n")
        );
        Assert.Same(
            DiagnosticTable.PackageSourceUnreachable,
            (
                await Assert.ThrowsAsync<ContainerizeException>(() =>
                    _repository.InstallAsync(_repository.Settings("hello") with { Sources = [] }, other)
                )
            ).Diagnostic
        );
    }

    [Theory]
    [InlineData("http://a.example/debian", "https://m.example/d", "http://a.example/debian/", "https://m.example/d/")]
    [InlineData("http://a.example/debian/", "https://m.example/d/", "https://A.example/debian-security/", null)]
    [InlineData(
        "http://a.example",
        "http://m.example/all",
        "https://a.example/debian-security/",
        "http://m.example/all/debian-security/"
    )]
    [InlineData("http://a.example:80/x", "file:///srv/mirror", "http://a.example/x/y/", "file:///srv/mirror/y/")]
    public void A_mirror_stands_for_an_address_and_what_is_below_it(
        string from,
        string to,
        string root,
        string? expected
    )
    {
        var source = new AptSource(new Uri(root), "trixie", ["main"], "test");
        Assert.Equal(
            expected ?? root,
            PackageMirror.Apply([PackageMirror.Parse(from, to)], [source])[0].Root.OriginalString
        );
    }

    [Theory]
    [InlineData("archive", "http://m.example")]
    [InlineData("http://a.example", "")]
    [InlineData("http://a.example", "ftp://m.example")]
    public void A_mirror_without_two_addresses_is_an_error(string from, string to) =>
        Assert.Same(
            DiagnosticTable.MirrorInvalid,
            Assert.Throws<ContainerizeException>(() => PackageMirror.Parse(from, to)).Diagnostic
        );

    [Fact]
    public async Task What_a_cache_keeps_of_a_base_has_its_keys_unharmed()
    {
        using var folder = new Stores.TemporaryFolder();
        var image = Base("trixie", TestBase.File("etc/apt/sources.list", "deb " + Archive + " trixie main\n"));
        var cache = new BaseSystemCache(folder.Root);
        var first = await cache.ReadAsync(image, TestContext.Current.CancellationToken);
        var second = await cache.ReadAsync(image, TestContext.Current.CancellationToken);
        Assert.NotSame(first, second);
        foreach (var system in new[] { first, second })
            Assert.Equal(TestKey.Trusted.Binary, new BaseAptFiles(system).Read("/etc/apt/keyrings/link.gpg"));
    }

    private static IEnumerable<string> Names(TestInstallation installed) =>
        installed.Packages.Select(package => $"{package.Name} {package.Version}");

    private PackageMirror Mirror(string from) => PackageMirror.Parse(from, "file://" + _repository.Root);

    // The machine's apt has sources on its own disk, and trusts the key.
    private async Task WriteMachineAsync(TestRepository repository, string suite, TestRepository? other = null)
    {
        var folder = Directory
            .CreateDirectory(Path.Combine(_repository.Settings().AptFolder, "trusted.gpg.d"))
            .FullName;
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "test.gpg"),
            TestKey.Trusted.Binary,
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(_repository.Settings().AptFolder, "sources.list"),
            $"deb file:{repository.Root} {suite} main\n"
                + (other is null ? "" : $"deb file:{other.Root} {other.Suite} main\n"),
            TestContext.Current.CancellationToken
        );
    }

    private static TarEntry Release(string codename) =>
        TestBase.File("etc/os-release", $"ID=debian\nVERSION_CODENAME={codename}\nPRETTY_NAME=\"Debian test\"\n");

    private static Image Base(string codename, TarEntry sources) =>
        TestBase.Of([
            Release(codename),
            sources,
            Key("usr/share/keyrings/test.gpg"),
            Key("etc/apt/trusted.gpg.d/test.gpg"),
            TestBase.Link("etc/apt/keyrings/link.gpg", "../../../usr/share/keyrings/test.gpg"),
            TestBase.File(
                "etc/apt/mirrors/debian.list",
                $"# the best\n{Archive}\tpriority:1\nhttp://other.invalid/debian\n"
            ),
        ]);

    private static UstarTarEntry Key(string path) =>
        new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(TestKey.Trusted.Binary) };
}
