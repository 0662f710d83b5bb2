using System.Formats.Tar;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Packages.Sources;

namespace Containerize.Core.Tests.Packages;

/// <summary>What of packages is refused: entries that write elsewhere, files of two, and packages that are
/// something else.</summary>
public sealed class PackagesRefusalTests : PackagesLayerTest
{
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
}
