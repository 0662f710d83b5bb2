using System.Text.Json.Nodes;
using Containerize.Caching;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Stores;
using Containerize.Stores.Layouts;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary><c># containerize: packages=…</c>: packages of the machine's own sources, upon a base of its
/// distribution.</summary>
public sealed class PackagesAboveAStageTests(Machine machine)
{
    [Fact]
    public async Task Above_scratch_they_are_a_base_of_their_own_to_run_in_and_to_build_upon()
    {
        var (tool, docker, folder) = (
            await machine.Tool,
            await machine.Docker,
            machine.Folder.Create("packages-above-scratch")
        );
        // The packages that the other tests have fetched.
        var cache = Path.Combine(folder, "cache");
        Directory.CreateDirectory(cache);
        Directory.CreateSymbolicLink(
            Path.Combine(cache, "packages"),
            Directory.CreateDirectory(machine.PackageCache).FullName
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            """
            # containerize: packages=dash,coreutils
            FROM scratch AS system
            # containerize: packages=hello
            FROM system
            USER app
            RUN id -u >/home/app/uid && /usr/bin/hello >>/home/app/uid
            CMD ["sh", "-c", "cat ~app/uid; . /etc/os-release; echo $ID; ls -ld /bin /tmp"]

            """,
            TestContext.Current.CancellationToken
        );
        string[] build = ["build", folder, "--tag", "above-scratch", "--cache-dir", cache, "--json"];
        var first = JsonNode.Parse(
            (await tool.Command([.. build, "--output", $"type=docker,dest={folder}/image.tar"]).RunAsync())
                .Expect(0)
                .Output
        )!;
        var lines = (await docker.RunTarballAsync($"{folder}/image.tar")).Split('\n');
        Assert.Equal(["1654", "Hello, world!"], lines[..2]);
        Assert.Equal((await Shell.RunAsync("sh", "-c", ". /etc/os-release; echo $ID")).Text, lines[2]);
        Assert.EndsWith("/bin -> usr/bin", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("drwxrwxrwt", lines[4], StringComparison.Ordinal);

        // What scanners read is there, and nothing depends on when it was built.
        var root = $"{folder}/root";
        (await tool.Command([.. build, "--target", "system", "--output", $"type=local,dest={root}"]).RunAsync()).Expect(
            0
        );
        Assert.Contains(
            "coreutils",
            await File.ReadAllTextAsync(
                $"{root}/var/lib/dpkg/status.d/coreutils",
                TestContext.Current.CancellationToken
            ),
            StringComparison.Ordinal
        );
        var second = JsonNode.Parse(
            (
                await tool.Command([.. build, "--no-cache", "--output", $"type=docker,dest={folder}/again.tar"])
                    .RunAsync()
            )
                .Expect(0)
                .Output
        )!;
        Assert.Equal((string?)first["digest"], (string?)second["digest"]);
    }

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
            Sources = (_, _, _) =>
                Task.FromResult<IImageSource>(new OciLayoutSource(new ImageLocation(start.Folder, "latest"))),
            Packages = (names, own) =>
                new PackageInstaller(
                    new PackageSettings
                    {
                        Requests = names,
                        Base = own,
                        CacheFolder = machine.PackageCache,
                        WorkFolder = Path.Combine(folder, "unpacking"),
                        Clock = TimeProvider.System,
                    },
                    http
                ),
        };
        var first = (await build.RunAsync(TestContext.Current.CancellationToken)).Images[0];
        var second = (
            await (build with { WorkFolder = Path.Combine(folder, "again") }).RunAsync(
                TestContext.Current.CancellationToken
            )
        ).Images[0];
        Assert.Equal(
            [StepOutcome.Config, StepOutcome.Ran, StepOutcome.Config],
            first.Steps.Select(step => step.Outcome)
        );
        Assert.Equal(
            [StepOutcome.Config, StepOutcome.Cached, StepOutcome.Config],
            second.Steps.Select(step => step.Outcome)
        );
        Assert.Equal(first.Image.Digest, second.Image.Digest);

        var layout = new OciLayout(Path.Combine(folder, "layout"));
        await new OciLayoutSink(layout.Folder, [new ImageReference("localhost", "hello", "built")]).PushAsync(
            second.Image,
            TestContext.Current.CancellationToken
        );
        ImageValidator.AssertValid(layout.Folder);
        Assert.Equal(0x1ED, FileTree.Of(layout).Entries["usr/bin/hello"].Mode);
        Assert.Equal(
            "# containerize: packages=hello",
            (string?)layout.Config()["history"]!.AsArray()[^2]!["created_by"]
        );
    }
}
