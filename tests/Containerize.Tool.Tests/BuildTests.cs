using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize build</c>: what its options do. What instructions do is tested with the package.</summary>
public sealed class BuildTests(ToolMachine machine) : BuildTest(machine)
{
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
        await Machine.OutputAsync("verify", $"oci:{folder}/out");
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
                    ["-rl", "a secret of tests", folder, (await Machine.Tool).Cache]
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
    public async Task A_base_image_is_fetched_once_and_then_needs_no_network()
    {
        var registry = await Machine.Registry;
        var name = $"{registry.Address}/bases/once:1";
        await Machine.OutputAsync("copy", $"oci:{Machine.Small.Folder}:1.0", name);
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
        var before = Asked().Count();
        Assert.Equal((string?)first["digest"], (string?)(await BuildAsync(folder, cache))["digest"]);
        Assert.All(Asked().Skip(before), request => Assert.True(request.Method == "HEAD", $"{request}"));
        before = Asked().Count();
        Assert.Equal((string?)first["digest"], (string?)(await BuildAsync(folder, ["--offline", .. cache]))["digest"]);
        Assert.Equal(before, Asked().Count());
        await BuildAsync(folder, ["--pull", "--no-cache", .. cache]);
        Assert.Contains(
            Asked().Skip(before),
            request => request.Method == "GET" && request.Path.Contains("/blobs/", StringComparison.Ordinal)
        );
        Assert.Contains(
            "contradict each other",
            (await RunAsync(folder, "build", ".", "--pull", "--offline")).Expect(2).Error,
            StringComparison.Ordinal
        );

        // Other tests ask the same registry for other things.
        IEnumerable<RegistryRequest> Asked() =>
            registry.Requests.Where(request => request.Path.Contains("/bases/once/", StringComparison.Ordinal));
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
}
