using System.Collections.Immutable;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>Same input, same digest: each test compiles and publishes the sources in another folder.</summary>
public sealed class DeterminismTests(Machine machine, DeterminismTests.Reference reference)
    : IClassFixture<DeterminismTests.Reference>
{
    [Fact]
    public async Task The_folder_the_order_of_files_and_their_times_do_not_matter()
    {
        var project = Shop(await machine.Feed)
            .WriteTo(machine.Folder.Create("a-folder-with-a-much-longer-name"), await machine.Feed, lastFirst: true);
        foreach (var file in Directory.EnumerateFiles(project.Folder, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        await AssertSameAsync(project);
    }

    [Fact]
    public async Task A_strict_umask_a_far_time_zone_and_Turkish_do_not_matter() =>
        await AssertSameAsync(
            await WriteAsync() with
            {
                Settings = new PublishSettings
                {
                    Prefix = Umask("077"),
                    Environment = ImmutableDictionary<string, string?>
                        .Empty.Add("TZ", "Pacific/Kiritimati")
                        .Add("LANG", "tr_TR.UTF-8")
                        .Add("LC_ALL", "tr_TR.UTF-8")
                        .Add("DOTNET_CLI_UI_LANGUAGE", "tr"),
                },
            }
        );

    [Fact]
    public async Task A_loose_umask_and_a_single_core_do_not_matter() =>
        await AssertSameAsync(
            await WriteAsync() with
            {
                Settings = new PublishSettings { Prefix = Umask("002").AddRange(["taskset", "--cpu-list", "0"]) },
            }
        );

    [Fact]
    public async Task What_earlier_publishes_left_does_not_matter()
    {
        var (project, cancellation) = (await WriteAsync(), TestContext.Current.CancellationToken);
        var (other, gone) = (
            Path.Combine(project.Folder, "Other.cs"),
            Path.Combine(project.Folder, "wwwroot/gone.css")
        );
        await File.WriteAllTextAsync(gone, "p { color: red }\n", cancellation);
        (await project.PublishAsync()).Succeeded();
        File.Delete(gone);
        gone = Path.Combine(project.Folder, "wwwroot/img/gone.svg");
        await File.WriteAllTextAsync(gone, "<svg/>\n", cancellation);
        await File.WriteAllTextAsync(other, "internal sealed class Other;\n", cancellation);
        // Our own files lie where the Web SDK takes every *.json and all of wwwroot for content.
        var (before, _) = await PublishAsync(
            machine,
            project
                .With("ContainerMetadataPath", "image.json")
                .With("ContainerUpdateLock", "true")
                .With("ContainerDockerfilePath", "wwwroot/context")
                .With("ContainerReportPath", "wwwroot/report.html")
        );
        Assert.NotEqual(reference.Layout.Digest(), before.Digest());
        Assert.All(
            ["image.json", "container.lock.json", "wwwroot/context/Dockerfile"],
            file => Assert.True(File.Exists(Path.Combine(project.Folder, file)), file)
        );
        Assert.Contains(
            before.Digest(),
            await File.ReadAllTextAsync(Path.Combine(project.Folder, "wwwroot/report.html"), cancellation),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("app/wwwroot/gone.css", FileTree.Of(before).Entries.Keys);
        File.Delete(other);
        File.Delete(gone);
        // A newer file than the package's, as after a step back to an older version.
        await File.WriteAllTextAsync(
            Directory
                .GetFiles(project.Folder, "Newtonsoft.Json.dll", SearchOption.AllDirectories)
                .Single(path => Path.GetFileName(Path.GetDirectoryName(path)) == "publish"),
            "of another version",
            cancellation
        );
        await AssertSameAsync(project);
        // The run that writes the lock file has the digest of one without it.
        await AssertSameAsync(
            project.With("ContainerMetadataPath", "another.json").With("ContainerUpdateLock", "true")
        );
    }

    [Fact]
    public async Task SOURCE_DATE_EPOCH_is_the_time_of_everything_but_static_files()
    {
        var project = (await WriteAsync()) with
        {
            Settings = new PublishSettings
            {
                Environment = ImmutableDictionary<string, string?>.Empty.Add("SOURCE_DATE_EPOCH", "86400"),
            },
        };
        var (layout, _) = await PublishAsync(machine, project, epoch: 86400);
        Assert.Equal("1970-01-02T00:00:00Z", (string?)layout.Config()["created"]);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(86400), FileTree.Of(layout).Entries["app/Shop.dll"].Modified);
        Assert.Empty(FileTree.Of(layout).Differences(FileTree.Of(reference.Layout)));
    }

    [Fact]
    public async Task Two_checkouts_of_HelloWeb_give_one_digest()
    {
        var feed = await machine.Feed;
        var (first, second) = (
            machine.Folder.Create("checkout"),
            Path.Combine(machine.Folder.Create("another-checkout"), "clone")
        );
        Samples.Write("HelloWeb", first, feed);
        await File.WriteAllTextAsync(
            Path.Combine(first, ".gitignore"),
            "bin/\nobj/\n",
            TestContext.Current.CancellationToken
        );
        await GitAsync(first, "init", "--quiet");
        await GitAsync(first, "add", ".");
        var author = "-c user.name=tests -c user.email=tests@example.test".Split(' ');
        await GitAsync(first, [.. author, "commit", "--quiet", "--message", "HelloWeb"]);
        await GitAsync(first, "clone", "--quiet", first, second);
        var here = new WrittenProject(Path.Combine(first, "HelloWeb"), "HelloWeb", feed);
        var there = new WrittenProject(Path.Combine(second, "HelloWeb"), "HelloWeb", feed)
        {
            Settings = new PublishSettings
            {
                Prefix = Umask("077").AddRange(["taskset", "--cpu-list", "0"]),
                Environment = ImmutableDictionary<string, string?>
                    .Empty.Add("TZ", "Pacific/Kiritimati")
                    .Add("LANG", "tr_TR.UTF-8"),
            },
        };
        // HelloWeb.Greetings does not have the package, which then cannot map the paths in it.
        var (one, _) = await PublishAsync(machine, here.With("ContinuousIntegrationBuild", "true"));
        var (other, _) = await PublishAsync(machine, there.With("ContinuousIntegrationBuild", "true"));
        FileTree.Of(one).AssertSame(FileTree.Of(other), times: true);
        Assert.Equal(one.Digest(), other.Digest());
    }

    [Fact]
    public async Task A_trimmed_publish_in_two_folders_gives_one_digest_and_runs()
    {
        var feed = await machine.Feed;
        var project = TestProject
            .Console("Trimmed")
            .WithProperty("RuntimeIdentifier", "linux-x64")
            .WithProperty("SelfContained", "true")
            .WithProperty("PublishTrimmed", "true")
            .WithProperty("ContainerBaseImage", await (await machine.Bases).RuntimeDeps)
            .Containerized(feed);
        var (one, tarball) = await PublishAsync(
            machine,
            project.WriteTo(machine.Folder.Create("trimmed"), feed),
            smallBase: false
        );
        var (other, _) = await PublishAsync(
            machine,
            project.WriteTo(machine.Folder.Create("trimmed-elsewhere"), feed) with
            {
                Settings = new PublishSettings { Prefix = Umask("077").AddRange(["taskset", "--cpu-list", "0"]) },
            },
            smallBase: false
        );
        FileTree.Of(one).AssertSame(FileTree.Of(other), times: true);
        Assert.Equal(one.Digest(), other.Digest());
        Assert.Equal("Hello from a container", await (await machine.Docker).RunTarballAsync(tarball));
    }

    /// <summary>A web application with static files, a package and more than one source.</summary>
    private static TestProject Shop(PackageFeed feed) =>
        TestProject
            .Web()
            .WithPackage("Newtonsoft.Json", "13.0.4")
            .WithFile(
                "Prices.cs",
                "public static class Prices\n{\n    public static string All => "
                    + "Newtonsoft.Json.JsonConvert.SerializeObject(new[] { 1, 2 });\n}\n"
            )
            .Containerized(feed);

    private static ImmutableList<string> Umask(string mask) => ["sh", "-c", $"umask {mask}; exec \"$@\"", "sh"];

    private static Task<CommandResult> GitAsync(string folder, params IEnumerable<string> arguments) =>
        Shell.RunAsync("git", ["-C", folder, .. arguments]);

    private async Task<WrittenProject> WriteAsync() =>
        Shop(await machine.Feed).WriteTo(machine.Folder.Create("shop"), await machine.Feed);

    private async Task AssertSameAsync(WrittenProject project)
    {
        var (layout, _) = await PublishAsync(machine, project);
        FileTree.Of(reference.Layout).AssertSame(FileTree.Of(layout), times: true);
        Assert.Equal(reference.Layout.Digest(), layout.Digest());
    }

    private static async Task<(OciLayout Layout, string Tarball)> PublishAsync(
        Machine machine,
        WrittenProject project,
        bool smallBase = true,
        long epoch = 0
    )
    {
        var folder = machine.Folder.Create("determinism");
        // Layers out of a cache would prove nothing.
        project = project with
        {
            Cache = Path.Combine(folder, "cache"),
        };
        if (smallBase)
            project = project.With("ContainerBaseImage", (await machine.Bases).SmallReference);
        var (layout, tarball) = (new OciLayout(Path.Combine(folder, "layout")), Path.Combine(folder, "image.tar"));
        (
            await project
                .With("ContainerOciLayoutPath", layout.Folder)
                .With("ContainerArchiveOutputPath", tarball)
                .ContainerizeAsync()
        ).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        LayerFormat.AssertKept(layout, epoch: epoch);
        return (layout, tarball);
    }

    /// <summary>The image that all others are compared with: published without anything special.</summary>
    public sealed class Reference(Machine machine) : IAsyncLifetime
    {
        public OciLayout Layout { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var project = Shop(await machine.Feed).WriteTo(machine.Folder.Create("reference"), await machine.Feed);
            Layout = (await PublishAsync(machine, project)).Layout;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
