using System.Text.Json.Nodes;
using Containerize.Tests.Images;
using Containerize.Tests.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize build</c>: what its options do. What instructions do is tested with the package.</summary>
public sealed class BuildTests(ToolMachine machine)
{
    private const string Dockerfile = """
        FROM scratch AS files
        COPY --chown=7:8 a.txt /from/a.txt
        FROM scratch
        ARG VERSION=none
        LABEL version=$VERSION
        COPY --from=files /from /to
        COPY . /src
        CMD ["/to/a.txt"]
        """;

    [Fact]
    public async Task A_build_in_its_own_context_is_unchanged_the_second_time()
    {
        var folder = Context("context");
        var first = await BuildAsync(folder, "-t", "acme/shop:v1");
        Assert.Equal("ran", Outcome(first, "COPY . /src"));
        Assert.True(File.Exists(Path.Combine(folder, "shop.tar")), "no tarball");
        var second = await BuildAsync(folder, "-t", "acme/shop:v1");
        Assert.Equal((string?)first["digest"], (string?)second["digest"]);
        Assert.All(Steps(second), step => Assert.NotEqual("ran", (string?)step["outcome"]));
        await File.WriteAllTextAsync(Path.Combine(folder, "b.txt"), "new", TestContext.Current.CancellationToken);
        var third = await BuildAsync(folder, "-t", "acme/shop:v1");
        Assert.Equal(("cached", "ran"), (Outcome(third, "COPY --from=files /from /to"), Outcome(third, "COPY . /src")));
        Assert.Equal(
            "ran",
            Outcome(await BuildAsync(folder, "-t", "acme/shop:v1", "--no-cache"), "COPY --from=files /from /to")
        );
    }

    // The home of Debian's user 'nobody', and one in which nothing can be made even by root.
    [Theory]
    [InlineData("/nonexistent", "HOME names none")]
    [InlineData("/proc", "'/proc/.cache/containerize' cannot be made")]
    public async Task Without_a_home_the_cache_is_no_part_of_the_context(string home, string why)
    {
        var folder = Context("home" + home.Replace('/', '-'));
        var temporary = machine.Folder.Create("home-tmp");
        foreach (var outcome in new[] { "ran", "cached" })
        {
            var result = (
                await InAsync(folder, home, temporary, "build", ".", "--json", "--output", "type=tar,dest=../out.tar")
            ).Expect(0);
            Assert.Equal(outcome, Outcome(JsonNode.Parse(result.Output)!, "COPY . /src"));
            Assert.Contains($"The cache is '{temporary}/containerize-", result.Error, StringComparison.Ordinal);
            Assert.Contains(why, result.Error, StringComparison.Ordinal);
        }

        Assert.Equal(
            [Path.Combine(folder, "Dockerfile"), Path.Combine(folder, "a.txt")],
            Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("/nonexistent")]
    [InlineData("relative")]
    public async Task Temporary_files_need_a_folder(string temporary)
    {
        var folder = Context("tmp" + temporary.Replace('/', '-'));
        Directory.CreateDirectory(Path.Combine(folder, "relative"));
        Assert.Contains(
            "CTZ0166",
            (await InAsync(folder, folder, temporary, "build", ".", "--output", "type=tar,dest=../out.tar"))
                .Expect(1)
                .Error,
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "relative")));
    }

    private async Task<CommandResult> InAsync(string folder, string home, string temporary, params string[] arguments)
    {
        var command = (await machine.Tool).Command(arguments);
        return await (
            command with
            {
                WorkingFolder = folder,
                Environment = new Dictionary<string, string?>(command.Environment)
                {
                    ["HOME"] = home,
                    ["XDG_CACHE_HOME"] = "",
                    ["TMPDIR"] = temporary,
                },
            }
        ).RunAsync();
    }

    [Fact]
    public async Task Names_go_into_tarballs_layouts_and_registries()
    {
        var registry = await machine.Registry;
        var folder = Context("names");
        var made = await BuildAsync(
            folder,
            "-t",
            $"{registry.Address}/build/shop:v1",
            "-t",
            $"{registry.Address}/build/shop:latest",
            "-t",
            $"{registry.Address}/build/other:v1",
            "--push",
            "--output",
            "oci:out",
            "--output",
            $"type=docker,dest=shop.tar",
            "--build-arg",
            "VERSION=1.2",
            "--label",
            "a=b",
            "--format",
            "docker"
        );
        foreach (var name in new[] { "shop:v1", "shop:latest", "other:v1" })
            Assert.Equal(
                (string?)made["digest"],
                await Skopeo.DigestAsync($"docker://{registry.Address}/build/{name}")
            );
        var layout = new OciLayout(Path.Combine(folder, "out"));
        Assert.Equal(
            ((string?)made["digest"], "1.2", "b"),
            (
                layout.Digest("v1"),
                (string?)layout.Config("v1")["config"]!["Labels"]!["version"],
                (string?)layout.Config("v1")["config"]!["Labels"]!["a"]
            )
        );
        Assert.Equal(
            "application/vnd.docker.distribution.manifest.v2+json",
            (string?)layout.Descriptor("v1")["mediaType"]
        );
        Assert.Contains(
            $"{registry.Address}/build/other:v1",
            (await Shell.RunAsync("tar", "-xOf", Path.Combine(folder, "shop.tar"), "manifest.json")).Output,
            StringComparison.Ordinal
        );
        ImageValidator.AssertValid(layout.Folder);
        var files = FileTree.Of(layout, "v1").Entries;
        Assert.Equal((7, 8), (files["to/a.txt"].Uid, files["to/a.txt"].Gid));
        Assert.DoesNotContain("src/out", files.Keys);
    }

    [Fact]
    public async Task A_stage_a_file_elsewhere_and_several_platforms_are_chosen()
    {
        var folder = Context("choice");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Other.Dockerfile"),
            Dockerfile,
            TestContext.Current.CancellationToken
        );
        File.Delete(Path.Combine(folder, "Dockerfile"));
        var made = await BuildAsync(
            folder,
            "-f",
            "Other.Dockerfile",
            "--target",
            "files",
            "--platform",
            "linux/amd64,linux/arm64",
            "--output",
            "oci:out"
        );
        Assert.Equal(
            ["linux/amd64", "linux/arm64"],
            made["images"]!.AsArray().Select(image => (string?)image!["platform"])
        );
        Assert.Equal("application/vnd.oci.image.index.v1+json", (string?)made["mediaType"]);
        Assert.DoesNotContain(
            Steps(made),
            step => ((string)step["instruction"]!).Contains("/src", StringComparison.Ordinal)
        );
        await machine.OutputAsync("verify", $"oci:{folder}/out");
    }

    [Fact]
    public async Task A_command_is_run_and_a_secret_stays_one()
    {
        var folder = Context("run");
        File.Copy("/bin/busybox", Path.Combine(folder, "busybox"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            """
            FROM scratch
            COPY busybox /bin/sh
            RUN --mount=type=secret,id=token read t </run/secrets/token && test ${#t} = 17 && echo done >/done
            """,
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "..", "token.txt"),
            "a secret of tests\n",
            TestContext.Current.CancellationToken
        );
        await BuildAsync(folder, "--secret", "id=token,src=../token.txt", "--output", "oci:out");
        Assert.Equal(
            "done\n",
            await File.ReadAllTextAsync(
                Path.Combine(
                    await Umoci.UnpackAsync(Path.Combine(folder, "out"), "latest", Path.Combine(folder, "bundle")),
                    "done"
                ),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            1,
            (
                await new ShellCommand(
                    "grep",
                    ["-rl", "a secret of tests", folder, (await machine.Tool).Cache]
                ).RunAsync()
            ).ExitCode
        );
    }

    [Fact]
    public async Task A_secret_that_a_command_writes_is_shown_by_no_line_and_no_error()
    {
        var folder = Context("leak");
        File.Copy("/bin/busybox", Path.Combine(folder, "busybox"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nCOPY busybox /bin/sh\nRUN --mount=type=secret,id=token read t </run/secrets/token; "
                + "echo \"it is $t.\"; exit 7\n",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "..", "token.txt"),
            "another secret of tests\n",
            TestContext.Current.CancellationToken
        );
        var result = (
            await RunAsync(folder, "build", ".", "--secret", "id=token,src=../token.txt", "--output", "oci:out")
        ).Expect(1);
        Assert.DoesNotContain("another secret", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Contains("] | it is ***.\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.Error.Split("it is ***.").Length - 1);
        Assert.Contains("error CTZ0144", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_for_people_and_the_result_for_programs()
    {
        var folder = Context("progress");
        var result = (await RunAsync(folder, "build", ".", "-t", "acme/shop:v1", "--progress", "plain")).Expect(0);
        Assert.Matches("^docker.io/acme/shop:v1@sha256:[0-9a-f]{64}\n$", result.Output);
        Assert.Contains("] COPY . /src ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "COPY",
            (await RunAsync(folder, "build", ".", "-t", "acme/shop:v1", "--progress", "quiet")).Expect(0).Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("COPPY a b", "error CTZ0121: Dockerfile:2:1: ", "Did you mean COPY?", "  2 | COPPY a b")]
    [InlineData("COPY nowhere /", "Dockerfile:2:", "nowhere")]
    [InlineData("FROM REGISTRY/no/later", "error CTZ0020", "no/later")]
    public async Task Errors_name_the_place_and_show_the_line(string line, params string[] expected)
    {
        var folder = Context("errors");
        var registry = await machine.Registry;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            $"FROM scratch\n{line.Replace("REGISTRY", registry.Address, StringComparison.Ordinal)}\n",
            TestContext.Current.CancellationToken
        );
        var result = (await RunAsync(folder, "build", ".", "-t", "x")).Expect(1);
        Assert.Empty(result.Output);
        Assert.All(expected, text => Assert.Contains(text, result.Error, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(folder, "x.tar")), "an image of a failed build");
    }

    [Fact]
    public async Task A_base_image_is_fetched_once_and_then_needs_no_network()
    {
        var registry = await machine.Registry;
        var name = $"{registry.Address}/bases/small:1";
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}:1.0", name);
        var folder = Context("base");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            $"FROM {name}\nCOPY a.txt /\n",
            TestContext.Current.CancellationToken
        );
        var cache = new[]
        {
            "--cache-dir",
            Path.Combine(folder, "..", "cache"),
            "--output",
            "type=tar,dest=../root.tar",
        };

        var missing = (await RunAsync(folder, ["build", ".", "--offline", .. cache])).Expect(1);
        Assert.Contains("error CTZ0113: --offline is given and", missing.Error, StringComparison.Ordinal);
        var first = await BuildAsync(folder, cache);
        var before = registry.Requests.Count;
        Assert.Equal((string?)first["digest"], (string?)(await BuildAsync(folder, cache))["digest"]);
        Assert.All(
            registry.Requests.Skip(before),
            request => Assert.True(request.Method == "HEAD" || request.Path == "/v2/", $"{request}")
        );
        before = registry.Requests.Count;
        Assert.Equal((string?)first["digest"], (string?)(await BuildAsync(folder, ["--offline", .. cache]))["digest"]);
        Assert.Equal(before, registry.Requests.Count);
        await BuildAsync(folder, ["--pull", "--no-cache", .. cache]);
        Assert.Contains(
            registry.Requests.Skip(before),
            request => request.Method == "GET" && request.Path.Contains("/blobs/", StringComparison.Ordinal)
        );
        Assert.Contains(
            "contradict each other",
            (await RunAsync(folder, "build", ".", "--pull", "--offline")).Expect(2).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Offline_an_address_is_not_fetched()
    {
        var folder = Context("offline");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nADD http://127.0.0.1:9/x /\n",
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            "and --offline forbids it",
            (await RunAsync(folder, "build", ".", "--offline")).Expect(1).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Identity_and_metadata_are_written_and_are_no_part_of_the_context()
    {
        var folder = Context("files");
        string[] options =
        [
            "-t",
            "acme/shop:1",
            "-t",
            "acme/shop:2",
            "--output",
            "oci:out",
            "--iidfile",
            "id.txt",
            "--metadata-file",
            "made.json",
        ];
        var made = await BuildAsync(folder, options);
        Assert.Equal(
            (string?)made["images"]![0]!["imageId"],
            await File.ReadAllTextAsync(Path.Combine(folder, "id.txt"), TestContext.Current.CancellationToken)
        );
        var metadata = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(folder, "made.json"), TestContext.Current.CancellationToken)
        )!;
        Assert.Equal((string?)made["digest"], (string?)metadata["containerimage.digest"]);
        Assert.Equal((string?)made["digest"], (string?)metadata["containerimage.descriptor"]!["digest"]);
        Assert.Equal((string?)made["images"]![0]!["imageId"], (string?)metadata["containerimage.config.digest"]);
        Assert.Equal("docker.io/acme/shop:1,docker.io/acme/shop:2", (string?)metadata["image.name"]);
        Assert.Equal((string?)made["digest"], (string?)(await BuildAsync(folder, options))["digest"]);
    }

    [Fact]
    public async Task Files_alone_have_no_name_and_one_step_is_one_step()
    {
        var folder = Context("nameless");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nCOPY a.txt /\n",
            TestContext.Current.CancellationToken
        );
        var result = (
            await RunAsync(folder, "build", ".", "-t", "acme/shop:1", "--output", "../root", "--quiet")
        ).Expect(0);
        Assert.Empty(result.Output);
        Assert.StartsWith("1 step done, 0 from the cache; 1 layer, ", result.Error, StringComparison.Ordinal);
        Assert.Empty(
            (await BuildAsync(folder, "-t", "acme/shop:1", "--output", "type=tar,dest=../root.tar"))["names"]!.AsArray()
        );
    }

    private string Context(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(machine.Folder.Create(name), "context")).FullName;
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), Dockerfile);
        // The tests share a cache, and one must not find what another has made.
        File.WriteAllText(Path.Combine(folder, "a.txt"), $"hello {name}\n");
        return folder;
    }

    private async Task<JsonNode> BuildAsync(string folder, params string[] arguments) =>
        JsonNode.Parse((await RunAsync(folder, ["build", ".", "--json", .. arguments])).Expect(0).Output)!;

    private async Task<CommandResult> RunAsync(string folder, params string[] arguments) =>
        await ((await machine.Tool).Command(arguments) with { WorkingFolder = folder }).RunAsync();

    private static IEnumerable<JsonNode> Steps(JsonNode made) =>
        made["images"]!.AsArray().SelectMany(image => image!["steps"]!.AsArray()).OfType<JsonNode>();

    private static string? Outcome(JsonNode made, string instruction) =>
        (string?)Steps(made).Single(step => (string?)step["instruction"] == instruction)["outcome"];
}
