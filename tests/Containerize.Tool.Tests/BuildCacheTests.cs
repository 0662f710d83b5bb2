using System.Text.Json.Nodes;

namespace Containerize.Tool.Tests;

/// <summary>Results of steps that machines share through a registry (<c>--cache-from</c>, <c>--cache-to</c>).</summary>
public sealed class BuildCacheTests(ToolMachine machine) : BuildTest(machine)
{
    // What a command leaves here is never twice the same: equal digests prove that none ran.
    private const string Running = """
        FROM scratch AS build
        COPY busybox /bin/sh
        RUN busybox head -c 1000 /dev/urandom >/made
        FROM scratch
        COPY busybox /bin/sh
        COPY --from=build /made /made
        RUN busybox head -c 1000 /dev/urandom >/last
        """;

    [Fact]
    public async Task On_an_empty_machine_no_command_runs_again()
    {
        var registry = await Machine.Registry;
        var cache = $"{registry.Address}/fleet/once:cache";
        var folder = await ContextAsync("fleet-once", Running);
        var first = await OnMachineAsync(folder, "first", "--cache-to", $"type=registry,ref={cache},mode=max");
        var second = await OnMachineAsync(folder, "second", "--cache-from", cache);
        Assert.Equal((string?)first["digest"], (string?)second["digest"]);
        Assert.DoesNotContain("ran", Steps(second).Select(step => (string?)step["outcome"]));
        // Without the cache's name everything is done.
        var third = await OnMachineAsync(folder, "second");
        Assert.Equal(2, Steps(third).Count(step => (string?)step["outcome"] == "ran" && IsCommand(step)));

        // A layer in the registry gets other bytes: the commands run, and the image is another, whole one.
        var layer = ((string)Steps(first).Last(IsCommand)["layer"]!)[7..];
        var stored = Directory
            .GetFiles(registry.Storage, "data", SearchOption.AllDirectories)
            .Single(file => Path.GetFileName(Path.GetDirectoryName(file)) == layer);
        var bytes = await File.ReadAllBytesAsync(stored, TestContext.Current.CancellationToken);
        bytes[^12] ^= 1;
        await File.WriteAllBytesAsync(stored, bytes, TestContext.Current.CancellationToken);
        var result = (
            await RunAsync(folder, ["build", ".", .. OutputOf("fourth"), "--json", "--cache-from", cache])
        ).Expect(0);
        Assert.Contains($"warning CTZ0447: The cache {cache} is not used", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            2,
            Steps(JsonNode.Parse(result.Output)!).Count(step => (string?)step["outcome"] == "ran" && IsCommand(step))
        );
    }

    [Fact]
    public async Task Of_processes_that_write_at_once_none_is_lost()
    {
        var registry = await Machine.Registry;
        var cache = $"{registry.Address}/fleet/many:cache";
        var folders = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(number => ContextAsync($"fleet-many-{number}", "FROM scratch\nCOPY a.txt /\nWORKDIR /w\n"))
        );
        await Task.WhenAll(folders.Select(folder => OnMachineAsync(folder, "writer", "--cache-to", cache)));
        using var client = new HttpClient { BaseAddress = new Uri($"http://{registry.Address}") };
        client.DefaultRequestHeaders.Add("Accept", "application/vnd.oci.image.manifest.v1+json");
        var manifest = await GetAsync("manifests/cache");
        var steps = (await GetAsync($"blobs/{manifest["config"]!["digest"]}"))["steps"]!.AsArray();
        Assert.Equal(2 * folders.Length, steps.Select(step => (string?)step!["key"]).Distinct().Count());

        async Task<JsonNode> GetAsync(string path) =>
            JsonNode.Parse(
                await client.GetStringAsync($"/v2/fleet/many/{path}", TestContext.Current.CancellationToken)
            )!;
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_an_error_after_the_image()
    {
        var folder = await ContextAsync("fleet-error", "FROM scratch\nCOPY a.txt /\n");
        string[] line =
        [
            "build",
            ".",
            .. OutputOf("one"),
            "--iidfile",
            "../id",
            "--cache-to",
            "127.0.0.1:1/shop:cache",
        ];
        var result = (await RunAsync(folder, line)).Expect(1);
        Assert.Contains("error CTZ0448: The build is done, and the cache", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "../id")));
        Assert.True(File.Exists(Path.Combine(folder, "../one/index.json")));
        line[^1] += ",ignore-error=true";
        Assert.Contains(
            "The cache 127.0.0.1:1/shop:cache is not written: --offline is given.",
            (await RunAsync(folder, [.. line, "--offline"])).Expect(0).Error,
            StringComparison.Ordinal
        );
        Assert.Contains("warning CTZ0448", (await RunAsync(folder, line)).Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_read_what_is_said_of_a_cache()
    {
        var folder = await ContextAsync("fleet-json", "FROM scratch\nCOPY a.txt /\n");
        var made = await BuildAsync(
            folder,
            [
                .. OutputOf("one"),
                "--cache-from",
                "127.0.0.1:1/shop:cache",
                "--cache-to",
                "127.0.0.1:1/shop:other,ignore-error=true",
            ]
        );
        Assert.Collection(
            made["warnings"]!.AsArray().Select(warning => (string)warning!),
            warning =>
                Assert.StartsWith("CTZ0446: The cache 127.0.0.1:1/shop:cache", warning, StringComparison.Ordinal),
            warning => Assert.StartsWith("CTZ0448: The build is done", warning, StringComparison.Ordinal)
        );
        var failed = (
            await RunAsync(folder, ["build", ".", "--json", .. OutputOf("two"), "--cache-to", "127.0.0.1:1/shop:cache"])
        ).Expect(1);
        Assert.StartsWith(
            "CTZ0448",
            (string?)JsonNode.Parse(failed.Output)!["warnings"]!.AsArray().Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Of_a_Compose_file_all_services_are_built_whatever_becomes_of_the_cache()
    {
        var folder = await ContextAsync("fleet-compose", "FROM scratch\nCOPY a.txt /\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "compose.yaml"),
            "services:\n  a: {image: one, build: .}\n  b: {image: two, build: .}\n",
            TestContext.Current.CancellationToken
        );
        string[] line = ["build", "--compose", ".", "--cache-dir", "../cache", "--cache-to", "127.0.0.1:1/shop:cache"];
        var result = (await RunAsync(folder, line)).Expect(1);
        Assert.Equal(2, result.Error.Split("error CTZ0448: The build is done, and the cache").Length - 1);
        Assert.True(File.Exists(Path.Combine(folder, "one.tar")));
        Assert.True(File.Exists(Path.Combine(folder, "two.tar")));
        line[^1] = "docker.io/library/two:latest";
        result = (await RunAsync(folder, line)).Expect(1);
        Assert.Contains(
            "error CTZ0464: --cache-to docker.io/library/two:latest",
            result.Error,
            StringComparison.Ordinal
        );
        // Not the first service either.
        Assert.DoesNotContain("service a", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_with_a_name_of_the_image_is_refused_before_anything_is_built()
    {
        var registry = await Machine.Registry;
        var folder = await ContextAsync("fleet-name", "FROM scratch\nCOPY a.txt /\n");
        foreach (var (tag, output) in new[] { ("v1", "type=registry"), ("v2", "oci:../one") })
        {
            var name = $"{registry.Address}/fleet/name:{tag}";
            var result = (
                await RunAsync(folder, "build", ".", "--tag", name, "--output", output, "--cache-to", name)
            ).Expect(1);
            Assert.Contains($"error CTZ0464: --cache-to {name} is", result.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Path.Combine(folder, "../one")));
        // Offline it is not written, and so it takes nothing's place.
        string[] offline = ["build", ".", "--tag", "one:v1", "--output", "oci:../one", "--cache-to", "one:v1"];
        (await RunAsync(folder, [.. offline, "--offline"])).Expect(0);
    }

    private static bool IsCommand(JsonNode step) =>
        ((string?)step["instruction"])!.StartsWith("RUN", StringComparison.Ordinal);

    private static string[] OutputOf(string name) => ["--cache-dir", $"../cache-{name}", "--output", $"oci:../{name}"];

    private Task<JsonNode> OnMachineAsync(string folder, string name, params string[] arguments) =>
        BuildAsync(folder, [.. OutputOf(name), .. arguments]);

    private async Task<string> ContextAsync(string name, string dockerfile)
    {
        var folder = Context(name);
        File.Copy("/bin/busybox", Path.Combine(folder, "busybox"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            dockerfile,
            TestContext.Current.CancellationToken
        );
        return folder;
    }
}
