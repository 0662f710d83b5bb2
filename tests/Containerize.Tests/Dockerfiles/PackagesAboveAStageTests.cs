using Containerize.Caching;
using Containerize.Dockerfiles.Building;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Stores;
using Containerize.Stores.Layout;
using Containerize.Tests.Images;

namespace Containerize.Tests.Dockerfiles;

/// <summary><c># containerize: packages=…</c>: packages of the machine's own sources, upon a base of its distribution.</summary>
public sealed class PackagesAboveAStageTests(Machine machine)
{
    [Fact]
    public async Task Packages_are_installed_without_RUN_and_come_from_the_cache_then()
    {
        var bases = await machine.Bases;
        var folder = machine.Folder.Create("packages-above-a-stage");
        var start = await bases.OfPackagesAsync();
        using var http = new HttpClient();
        var build = new DockerfileBuild
        {
            Context = folder,
            DockerfileText = "FROM scratch AS unused\n\n# containerize: packages=hello\nFROM base\nCMD [\"hello\"]\n",
            Platforms = [new Platform("linux", "amd64")],
            BuildPlatform = new Platform("linux", "amd64"),
            Cache = new CacheFolder(Path.Combine(folder, "cache")),
            WorkFolder = Path.Combine(folder, "work"),
            Sources = (_, _, _) => Task.FromResult<IImageSource>(new OciLayoutSource(new ImageLocation(start.Folder, "latest"))),
            Packages = names => new PackageInstaller(new PackageSettings
            {
                Requests = names,
                CacheFolder = machine.PackageCache,
                WorkFolder = Path.Combine(folder, "unpacking"),
                Now = DateTimeOffset.UtcNow,
            }, http),
        };
        var first = (await build.RunAsync(TestContext.Current.CancellationToken)).Images[0];
        var second = (await (build with { WorkFolder = Path.Combine(folder, "again") }).RunAsync(TestContext.Current.CancellationToken)).Images[0];
        Assert.Equal([StepOutcome.Config, StepOutcome.Ran, StepOutcome.Config], first.Steps.Select(step => step.Outcome));
        Assert.Equal([StepOutcome.Config, StepOutcome.Cached, StepOutcome.Config], second.Steps.Select(step => step.Outcome));
        Assert.Equal(first.Image.Digest, second.Image.Digest);

        var layout = new OciLayout(Path.Combine(folder, "layout"));
        await new OciLayoutSink(layout.Folder, [new ImageReference("localhost", "hello", "built")]).PushAsync(second.Image, TestContext.Current.CancellationToken);
        ImageValidator.AssertValid(layout.Folder);
        Assert.Equal(0x1ED, FileTree.Of(layout).Entries["usr/bin/hello"].Mode);
        Assert.Equal("# containerize: packages=hello", (string?)layout.Config()["history"]!.AsArray()[^2]!["created_by"]);
    }
}
