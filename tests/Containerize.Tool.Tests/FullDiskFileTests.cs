using System.Globalization;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>
/// The files that a command writes beside an image, where no room is left on the disk or the folder takes none: a coded
/// error, and what was there before stays. The file systems are seen by the command only.
/// </summary>
public sealed class FullDiskFileTests(ToolMachine machine)
{
    // Words: how the file system is mounted; the folder; the command.
    private const string Script = """
        options=$1; full=$2; shift 2
        mount -t tmpfs -o size=64k tmpfs "$full" || exit 99
        printf earlier > "$full/file"
        if [ "$options" = full ]; then dd if=/dev/zero of="$full/filler" bs=4k 2>/dev/null
        else mount -o remount,ro "$full" || exit 98; fi
        "$@"
        code=$?
        echo "CONTENT $(cat "$full/file")" >&2
        find "$full" ! -name file ! -name filler -type f | sed 's/^/LEFT /' >&2
        exit $code
        """;

    /// <summary>The commands, for a file, an image, a context and another output.</summary>
    public static TheoryData<string> Lines =>
        [
            "build {2} --output {3} --iidfile {0}",
            "build {2} --output {3} --metadata-file {0}",
            "report {1} -o {0}",
            "copy {1} archive:{0}",
        ];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_file_beside_an_image_stays_as_it_was(string line)
    {
        foreach (var disk in new[] { "full", "read-only" })
        {
            var full = machine.Folder.Create("full");
            var result = await RunAsync(disk, full, Arguments(line, Path.Combine(full, "file")));
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("error CTZ0007", result.Error, StringComparison.Ordinal);
            Assert.Contains("CONTENT earlier", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("LEFT ", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>No command needs a home; one that needs a temporary folder names it.</summary>
    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Neither_a_home_nor_a_temporary_folder_that_takes_no_file_ends_without_a_code(string line)
    {
        foreach (var variable in new[] { "HOME", "TMPDIR" })
        {
            var full = machine.Folder.Create("read-only");
            foreach (var place in new[] { full, "/nonexistent" })
            {
                var file = Path.Combine(machine.Folder.Create("out"), "file");
                var result = await RunAsync("read-only", full, Arguments(line, file), (variable, place));
                Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
                Assert.DoesNotContain("defect", result.Error, StringComparison.Ordinal);
                Assert.Equal(result.ExitCode == 0, File.Exists(file));
                if (variable == "HOME")
                    result.Expect(0);
                else if (result.ExitCode != 0)
                    Assert.Contains("error CTZ0166", result.Expect(1).Error, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>What goes to standard output is whole, or the command says that it is not.</summary>
    [Theory]
    [InlineData("resolve -f {2}/plain.yaml", 1)]
    [InlineData("report {1} -o -", 1)]
    [InlineData("inspect {1}", 1)]
    [InlineData("verify {1}", 2)]
    [InlineData("diff {1} {1} --json", 2)]
    public async Task Standard_output_that_is_full_is_a_coded_error(string line, int code)
    {
        var result = await new ShellCommand(
            "sh",
            ["-c", "exec \"$@\" > /dev/full", "sh", (await machine.Tool).Program, .. Arguments(line, "")]
        )
        {
            Environment = Variables(),
        }.RunAsync();
        Assert.Contains("error CTZ0007", result.Expect(code).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private string[] Arguments(string line, string file)
    {
        var context = machine.Folder.Create("context");
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM scratch\nCOPY . /\n");
        File.WriteAllText(Path.Combine(context, "plain.yaml"), "image: example.test/a:1\n");
        var other = $"type=tar,dest={machine.Folder.Create("other")}/other.tar";
        return string.Format(
                CultureInfo.InvariantCulture,
                line,
                file,
                $"oci:{machine.Small.Folder}:1.0",
                context,
                other
            )
            .Split(' ');
    }

    private async Task<CommandResult> RunAsync(
        string disk,
        string full,
        string[] arguments,
        params IEnumerable<(string Name, string Value)> variables
    ) =>
        await new ShellCommand(
            "unshare",
            ["--mount", "sh", "-c", Script, "sh", disk, full, (await machine.Tool).Program, .. arguments]
        )
        {
            Environment = Variables(variables),
        }.RunAsync();

    // Without XDG_CACHE_HOME the cache is below the home.
    private Dictionary<string, string?> Variables(params IEnumerable<(string Name, string Value)> more)
    {
        var variables = new Dictionary<string, string?>(Sdk.Quiet)
        {
            ["XDG_CACHE_HOME"] = more.Any(variable => variable.Name == "HOME") ? "" : machine.Folder.Create("cache"),
            ["NO_COLOR"] = "1",
        };
        foreach (var (name, value) in more)
            variables[name] = value;
        return variables;
    }
}
