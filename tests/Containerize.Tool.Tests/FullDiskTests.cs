using System.Globalization;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>
/// The disk is full, earlier or later in a run, wherever a file is written: a small tmpfs that only the command sees
/// lies in the place of an output, of the temporary folder, of the cache. Every run ends with an image or with a coded
/// error, and an output is whole or not there.
/// </summary>
public sealed class FullDiskTests(ToolMachine machine)
{
    // The file of the context has 3,000 KiB that cannot be compressed.
    private static readonly int[] Rooms = [4, 400, 3100, 8000, 14000];

    [Theory]
    [InlineData("archive:{0}/image.tar")]
    [InlineData("oci:{0}/layout")]
    [InlineData("type=tar,dest={0}/root.tar")]
    [InlineData("type=local,dest={0}/root")]
    public async Task An_output_is_whole_or_a_coded_error(string output)
    {
        var (context, full) = Create("COPY . /");
        var outcomes = new List<int>();
        foreach (var room in Rooms)
        {
            var result = await RunAsync(
                full,
                room,
                Variables(),
                "build",
                context,
                "--output",
                string.Format(CultureInfo.InvariantCulture, output, full)
            );
            outcomes.Add(Coded(result));
            Assert.Equal(result.ExitCode == 0, result.Error.Contains("LEFT ", StringComparison.Ordinal));
        }

        Assert.Equal([1, 0], outcomes.Distinct());
    }

    [Theory]
    [InlineData("COPY --from=other /big /copy")]
    [InlineData("RUN --mount=type=bind,target=/context [\"/bin/sh\", \"-c\", \"cp /context/big /made\"]")]
    public async Task A_full_temporary_folder_is_a_coded_error_and_stays_empty(string instruction)
    {
        var (context, full) = Create(instruction);
        var to = Path.Combine(machine.Folder.Create("out"), "out.tar");
        var outcomes = new List<int>();
        foreach (var room in Rooms)
        {
            // What a step made before would be taken from the cache.
            var result = await RunAsync(
                full,
                room,
                Variables(("TMPDIR", full)),
                "build",
                context,
                "--no-cache",
                "--cache-dir",
                machine.Folder.Create("cache"),
                "--output",
                $"archive:{to}"
            );
            outcomes.Add(Coded(result));
            Assert.DoesNotContain("LEFT ", result.Error, StringComparison.Ordinal);
            Assert.Equal(result.ExitCode == 0, File.Exists(to));
            File.Delete(to);
        }

        Assert.Equal(0, outcomes[^1]);
    }

    [Fact]
    public async Task A_full_cache_costs_time_and_nothing_else()
    {
        var (context, full) = Create("COPY --from=other /big /copy");
        var digests = new HashSet<string>(StringComparer.Ordinal);
        foreach (var room in Rooms)
        {
            var layout = new OciLayout(Path.Combine(machine.Folder.Create("out"), "layout"));
            (
                await RunAsync(
                    full,
                    room,
                    Variables(),
                    "build",
                    context,
                    "--cache-dir",
                    full,
                    "--output",
                    $"oci:{layout.Folder}"
                )
            ).Expect(0);
            digests.Add(layout.Digest());
            ImageValidator.AssertValid(layout.Folder);
        }

        Assert.Single(digests);
    }

    [Fact]
    public async Task A_RUN_in_a_full_cache_is_a_coded_error()
    {
        var (context, full) = Create("""RUN ["/bin/sh", "-c", "cp /big /made"]""");
        var outcomes = new List<int>();
        foreach (var room in Rooms.Append(40000))
            outcomes.Add(
                Coded(
                    await RunAsync(
                        full,
                        room,
                        Variables(),
                        "build",
                        context,
                        "--cache-dir",
                        full,
                        "--output",
                        $"oci:{machine.Folder.Create("out")}/layout"
                    )
                )
            );
        Assert.Equal([1, 0], outcomes.Distinct());
    }

    [Theory]
    [InlineData("build {1} --output -", 1)]
    [InlineData("build {1} --json --output type=tar,dest={2}/out.tar", 1)]
    [InlineData("--help", 1)]
    public async Task Standard_output_that_is_full_is_a_coded_error(string line, int code)
    {
        var (context, _) = Create("COPY . /");
        var arguments = string.Format(CultureInfo.InvariantCulture, line, "", context, machine.Folder.Create("out"))
            .Split(' ');
        var result = await ShellAsync("exec \"$@\" > /dev/full", Variables(), (await machine.Tool).Program, arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(
            "error CTZ0007: Standard output cannot be written: No space left on device",
            result.Error,
            StringComparison.Ordinal
        );
        AssertNoStack(result);
    }

    [Fact]
    public async Task Standard_error_that_is_full_keeps_nobody_from_the_result()
    {
        var (context, _) = Create("COPY . /");
        var layout = new OciLayout(Path.Combine(machine.Folder.Create("out"), "layout"));
        (
            await ShellAsync(
                "exec \"$@\" 2> /dev/full",
                Variables(),
                (await machine.Tool).Program,
                "build",
                context,
                "--output",
                $"oci:{layout.Folder}"
            )
        ).Expect(0);
        ImageValidator.AssertValid(layout.Folder);
    }

    private (string Context, string Full) Create(string instruction)
    {
        var context = machine.Folder.Create("context");
        var bytes = new byte[3000 * 1024];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(context, "big"), bytes);
        File.Copy("/bin/busybox", Path.Combine(context, "busybox"));
        File.WriteAllText(Path.Combine(context, ".dockerignore"), "Dockerfile\n");
        File.WriteAllText(
            Path.Combine(context, "Dockerfile"),
            "FROM scratch AS other\nCOPY busybox /bin/sh\nCOPY busybox /bin/cp\nCOPY big /big\nFROM other\n"
                + $"{instruction}\n"
        );
        return (context, machine.Folder.Create("full"));
    }

    private async Task<CommandResult> RunAsync(
        string full,
        int kibibytes,
        Dictionary<string, string?> variables,
        params IEnumerable<string> arguments
    )
    {
        // What lies in the tmpfs is gone with the command's mounts, so the shell that made them says what is left.
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            mount -t tmpfs -o size={{kibibytes}}k tmpfs "{{full}}" || exit 99
            "$@"
            code=$?
            find "{{full}}" -type f | sed 's/^/LEFT /' >&2
            exit $code
            """
        );
        return await ShellAsync(
            $"exec unshare --mount sh -c '{script.Replace("'", "'\\''", StringComparison.Ordinal)}' sh \"$@\"",
            variables,
            (await machine.Tool).Program,
            arguments
        );
    }

    private static Task<CommandResult> ShellAsync(
        string script,
        Dictionary<string, string?> variables,
        string program,
        params IEnumerable<string> arguments
    ) => new ShellCommand("sh", ["-c", script, "sh", program, .. arguments]) { Environment = variables }.RunAsync();

    private Dictionary<string, string?> Variables(params IEnumerable<(string Name, string Value)> more)
    {
        var variables = new Dictionary<string, string?>(Sdk.Quiet)
        {
            ["XDG_CACHE_HOME"] = machine.Folder.Create("cache"),
            ["NO_COLOR"] = "1",
        };
        foreach (var (name, value) in more)
            variables[name] = value;
        return variables;
    }

    private static int Coded(CommandResult result)
    {
        AssertNoStack(result);
        Assert.True(result.ExitCode is 0 or 1, result.ToString());
        if (result.ExitCode == 1)
            Assert.Contains("error CTZ", result.Error, StringComparison.Ordinal);
        return result.ExitCode;
    }

    private static void AssertNoStack(CommandResult result)
    {
        Assert.DoesNotContain("defect", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
