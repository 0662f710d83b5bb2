using System.Formats.Tar;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Core.Tests.Packages;

public sealed class PackagesLayerTests
{
    private const UnixFileMode Program = (UnixFileMode)0b111_101_101;

    [Theory]
    [InlineData(".gz")]
    [InlineData(".zst")]
    [InlineData("")]
    public async Task A_package_is_unpacked_with_its_own_modes_and_owners(string compression)
    {
        var deb = new TestDeb("tool", "1") { Compression = compression }
            .Folder("./usr/")
            .Folder("./usr/bin/")
            .File("./usr/bin/tool", "program", Program | UnixFileMode.SetUser)
            .Folder("./var/")
            .Folder("./var/tool/", (UnixFileMode)0b001_111_111_000)
            .File("./var/tool/data", "data", owner: 42)
            .Link("./usr/bin/alias", "tool")
            .HardLink("./usr/bin/same", "./usr/bin/tool");
        using var repository = new TestRepository().With(deb).Publish();
        using var installation = await repository.InstallAsync(repository.Settings("tool"));
        Assert.Equal(
            [
                "Directory 755 /usr/bin",
                "SymbolicLink 777 /usr/bin/alias -> tool",
                "File 4755 /usr/bin/same = program",
                "HardLink 4755 /usr/bin/tool -> /usr/bin/same",
                "Directory 1770 /var/tool",
                "File 644 42 /var/tool/data = data",
            ],
            Lines(installation).Where(line => !line.Contains("dpkg", StringComparison.Ordinal))
        );
        Assert.All(installation.Layer.Entries, entry => Assert.Equal(DateTimeOffset.UnixEpoch, entry.ModificationTime));
    }

    [Fact]
    public async Task The_links_of_a_merged_usr_are_followed_and_survive()
    {
        var deb = new TestDeb("lib", "1")
            .Folder("./lib/")
            .Folder("./lib/x/")
            .File("./lib/x/a.so", "a")
            .HardLink("./lib/x/z.so", "./lib/x/a.so");
        using var repository = new TestRepository().With(deb).Publish();
        using var installation = await repository.InstallAsync(repository.Settings("lib"));
        Assert.Equal(
            [
                "Directory 755 /usr/lib/x",
                "File 644 /usr/lib/x/a.so = a",
                "HardLink 644 /usr/lib/x/z.so -> /usr/lib/x/a.so",
            ],
            Lines(installation).Where(line => line.Contains("lib/x", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(installation.Layer.Entries, entry => entry.Path.Text is "/lib" or "/usr" or "/usr/lib");
    }

    [Fact]
    public async Task A_link_of_one_package_is_followed_for_the_files_of_another()
    {
        using var repository = new TestRepository()
            .With(
                new TestDeb("a", "1")
                    .Folder("./opt/")
                    .Folder("./opt/real/")
                    .File("./opt/real/x", "x")
                    .Link("./opt/link", "real"),
                new TestDeb("b", "1", "Depends: a\n").Folder("./opt/").Folder("./opt/link/").File("./opt/link/y", "y")
            )
            .Publish();
        using var installation = await repository.InstallAsync(repository.Settings("b"));
        Assert.Equal(
            [
                "Directory 755 /opt",
                "SymbolicLink 777 /opt/link -> real",
                "Directory 755 /opt/real",
                "File 644 /opt/real/x = x",
                "File 644 /opt/real/y = y",
            ],
            Lines(installation).Where(line => line.Contains("/opt", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Documentation_is_left_out_but_its_copyright()
    {
        var deb = new TestDeb("doc", "1")
            .Folder("./usr/")
            .Folder("./usr/share/")
            .Folder("./usr/share/doc/")
            .Folder("./usr/share/doc/doc/")
            .File("./usr/share/doc/doc/changelog.gz", "c")
            .File("./usr/share/doc/doc/copyright", "free")
            .Folder("./usr/share/man/")
            .Folder("./usr/share/man/man1/")
            .File("./usr/share/man/man1/x.1.gz", "x")
            .Folder("./usr/share/locale/")
            .Folder("./usr/share/locale/de/")
            .File("./usr/share/locale/de/x.mo", "x")
            .Folder("./usr/share/empty/")
            .Control("md5sums", "00  usr/share/doc/doc/copyright\n11  usr/share/man/man1/x.1.gz\n");
        using var repository = new TestRepository().With(deb).Publish();
        using var usual = await repository.InstallAsync(repository.Settings("doc"));
        Assert.Equal(
            [
                "Directory 755 /usr/share",
                "Directory 755 /usr/share/doc",
                "Directory 755 /usr/share/doc/doc",
                "File 644 /usr/share/doc/doc/copyright = free",
                "Directory 755 /usr/share/empty",
            ],
            Lines(usual).Where(line => line.Contains("/usr", StringComparison.Ordinal))
        );
        Assert.Contains(
            "File 644 /var/lib/dpkg/status.d/doc.md5sums = 00  usr/share/doc/doc/copyright\n",
            Lines(usual)
        );
        using var all = await repository.InstallAsync(
            repository.Settings("doc") with
            {
                Exclusions = "usr/share/man/**;!usr/share/man/man1/*",
            }
        );
        Assert.Contains("File 644 /usr/share/man/man1/x.1.gz = x", Lines(all));
    }

    [Fact]
    public async Task What_is_installed_is_recorded_where_scanners_look()
    {
        var deb = new TestDeb("tool", "1:2-3", "Description: a tool\n that does\n .\n things\n").File("./tool", "x");
        using var repository = new TestRepository().With(deb).Publish();
        using var installation = await repository.InstallAsync(repository.Settings("tool"));
        var record = installation.Layer.Entries.Single(entry => entry.Path.Text == "/var/lib/dpkg/status.d/tool");
        var installed = InstalledPackages.Read([(Text(record), "record")], "amd64").Find("tool");
        Assert.Equal("1:2-3", installed?.Version.Text);
        Assert.Equal("a tool\nthat does\n.\nthings", installed?.Stanza["Description"]);
    }

    [Fact]
    public async Task A_package_of_the_base_that_is_too_old_is_replaced_and_recorded_once()
    {
        const string status =
            "Package: lib\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\nPackage: other\n"
            + "Status: install ok installed\nVersion: 1\nArchitecture: amd64\n";
        using var repository = new TestRepository()
            .With(
                new TestDeb("tool", "1", "Depends: lib (>= 2), other\n").File("./tool", "x"),
                new TestDeb("lib", "2").File("./lib2", "x")
            )
            .Publish();
        using var installation = await repository.InstallAsync(
            repository.Settings("tool"),
            TestBase.Debian("stable", status)
        );
        Assert.Equal(["lib", "tool"], installation.Packages.Select(package => package.Name));
        var kept = Text(installation.Layer.Entries.Single(entry => entry.Path.Text == "/var/lib/dpkg/status"));
        Assert.Equal(
            ["other"],
            InstalledPackages.Read([(kept, "status")], "amd64").All.Select(package => package.Name)
        );
    }

    [Fact]
    public async Task Two_packages_with_one_file_need_a_word_about_it()
    {
        using var repository = new TestRepository()
            .With(
                new TestDeb("a", "1").File("./x", "a"),
                new TestDeb("b", "1").File("./x", "b"),
                new TestDeb("c", "1", "Replaces: a (<< 2)\n").File("./x", "c")
            )
            .Publish();
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            repository.InstallAsync(repository.Settings("a", "b"))
        );
        Assert.Same(DiagnosticTable.PackageFileConflict, failure.Diagnostic);
        using var installation = await repository.InstallAsync(repository.Settings("a", "c"));
        Assert.Contains("File 644 /x = c", Lines(installation));
    }

    public static TheoryData<string, TarEntry> Hostile =>
        new()
        {
            { "..", File("./usr/../../etc/passwd") },
            { "absolute", File("/etc/passwd") },
            {
                "kind",
                new PaxTarEntry(TarEntryType.CharacterDevice, "./dev/null") { DeviceMajor = 1, DeviceMinor = 3 }
            },
            { "kind", new PaxTarEntry(TarEntryType.Fifo, "./pipe") },
            {
                "leads out",
                new PaxTarEntry(TarEntryType.SymbolicLink, "./usr/out") { LinkName = "../../etc" }
            },
            {
                "leads out",
                new PaxTarEntry(TarEntryType.SymbolicLink, "./out") { LinkName = "/../etc" }
            },
            {
                "hard link",
                new PaxTarEntry(TarEntryType.HardLink, "./out") { LinkName = "./etc/shadow" }
            },
            {
                "..",
                new PaxTarEntry(TarEntryType.HardLink, "./out") { LinkName = "../etc/shadow" }
            },
            { ".wh.", File("./usr/.wh.bin") },
            { "below", File("./usr/lib64/evil") },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task An_entry_that_writes_where_it_should_not_is_refused(string why, TarEntry entry)
    {
        var deb = new TestDeb("evil", "1").Folder("./usr/").Link("./usr/lib64", "/etc").Add(entry);
        using var repository = new TestRepository().With(deb).Publish();
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            repository.InstallAsync(repository.Settings("evil"))
        );
        Assert.Same(DiagnosticTable.PackageEntryRefused, failure.Diagnostic);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(repository.Work));
    }

    [Fact]
    public async Task A_package_that_is_not_what_its_index_says_is_refused()
    {
        var deb = new TestDeb("tool", "1").File("./x", "x");
        using var repository = new TestRepository().With(deb).Publish();
        var other = new TestDeb("other", "1").File("./x", "x").ToBytes();
        await System.IO.File.WriteAllBytesAsync(repository.PathOf(deb), other, TestContext.Current.CancellationToken);
        var locked = new InstalledPackage(
            "tool",
            "1",
            "amd64",
            Digest.Of(other),
            other.Length,
            "pool/tool_1_amd64.deb"
        );
        using var http = new HttpClient();
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            PackagesLayer.CreateAsync(
                [(locked, [new Uri("file://" + repository.PathOf(deb))])],
                new PackagesLayerSettings { Architecture = "amd64" },
                new PackageDownloads(repository.Cache, http, false),
                repository.Work,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Same(DiagnosticTable.PackageInvalid, failure.Diagnostic);
    }

    [Fact]
    public async Task Alternatives_are_set_up_and_other_scripts_are_named()
    {
        using var repository = new TestRepository()
            .With(
                new TestDeb("one", "1")
                    .Folder("./bin/")
                    .File("./bin/one", "1")
                    .Control(
                        "postinst",
                        "#!/bin/sh\nset -e\nupdate-alternatives --install /bin/tool tool /bin/one 10\n"
                    ),
                new TestDeb("two", "1")
                    .Folder("./bin/")
                    .File("./bin/two", "2")
                    .Control("postinst", "#!/bin/sh\nupdate-alternatives --install /bin/tool tool /bin/two 20\n"),
                new TestDeb("user", "1")
                    .File("./u", "u")
                    .Control("postinst", "#!/bin/sh\nadduser --system me\n")
                    .Control("prerm", "#!/bin/sh\nrm -rf /\n")
            )
            .Publish();
        using var installation = await repository.InstallAsync(repository.Settings("one", "two", "user"));
        Assert.Contains("SymbolicLink 777 /bin/tool -> /etc/alternatives/tool", Lines(installation));
        Assert.Contains("SymbolicLink 777 /etc/alternatives/tool -> /bin/two", Lines(installation));
        Assert.Equal(["user"], installation.UnrunScripts);
    }

    [Fact]
    public async Task The_same_packages_make_the_same_layer_whatever_the_machine_does()
    {
        var digests = new HashSet<Digest>();
        foreach (var names in new[] { "a b", "b a" })
        {
            using var repository = new TestRepository()
                .With(
                    new TestDeb("a", "1").Folder("./opt/", (UnixFileMode)0b111_000_000).File("./opt/a", "a"),
                    new TestDeb("b", "1").Folder("./opt/", (UnixFileMode)0b111_111_111).File("./opt/b", "b")
                )
                .Publish();
            using var installation = await repository.InstallAsync(repository.Settings([.. names.Split(' ')]));
            digests.Add(
                new LayerWriter(repository.Work, LayerEncoding.Default)
                    .Write(installation.Layer, TestContext.Current.CancellationToken)
                    .DiffId
            );
        }

        Assert.Equal(
            "sha256:f380b43be4723b4f196f6258cba53aac62bdf54784a04b36681166aa8ff13daa",
            Assert.Single(digests).ToString()
        );
    }

    private static PaxTarEntry File(string path) =>
        new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream("x"u8.ToArray()) };

    private static List<string> Lines(TestInstallation installation) =>
        [
            .. installation.Layer.Entries.Select(entry =>
                $"{entry.Kind} {Convert.ToString(entry.Mode, 8)}{(entry.Uid == 0 ? "" : $" {entry.Uid}")} {entry.Path}"
                + (
                    entry.LinkTarget is { } target ? $" -> {target}"
                    : entry.Content is not null ? $" = {Text(entry)}"
                    : ""
                )
            ),
        ];

    private static string Text(LayerEntry entry)
    {
        using var reader = new StreamReader(entry.Content!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
