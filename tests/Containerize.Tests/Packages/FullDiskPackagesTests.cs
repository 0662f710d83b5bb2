using System.Globalization;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Packages;

/// <summary>
/// A base of packages, and its root file system as a folder and as a tar, where the disk of the cache, of the
/// temporary folder or of the output is full: the image, or an error that says so. The small file systems are seen by
/// the command only.
/// </summary>
public sealed class FullDiskPackagesTests(Machine machine)
{
    private const string Script = """
        room=$1; full=$2; shift 2
        mount -t tmpfs -o size=${room}k tmpfs "$full" || exit 99
        "$@"
        code=$?
        find "$full" -mindepth 1 ! -path '*/cache/*' ! -name cache | sed 's/^/LEFT /' >&2
        exit $code
        """;

    /// <summary>The place of the small file system, and the room in KiB: the base has some 15 MiB.</summary>
    [Theory]
    [InlineData("cache", 400)]
    [InlineData("cache", 30_000)]
    [InlineData("temporary", 400)]
    [InlineData("temporary", 6_000)]
    [InlineData("tar", 6_000)]
    [InlineData("local", 6_000)]
    [InlineData("archive", 2_000)]
    public async Task A_base_of_packages_on_a_full_disk_is_whole_or_an_error_about_the_disk(string place, int room)
    {
        Assert.True(Environment.IsPrivilegedProcess, "This test mounts small file systems, in a namespace of its own.");
        var folder = machine.Folder.Create("full-packages");
        var full = Directory.CreateDirectory(Path.Combine(folder, "full")).FullName;
        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"),
            "# containerize: packages=hello\nFROM scratch\nCMD [\"/usr/bin/hello\"]\n",
            TestContext.Current.CancellationToken
        );
        var output = place switch
        {
            "tar" => $"type=tar,dest={full}/root.tar",
            "local" => $"type=local,dest={full}/root",
            "archive" => $"archive:{full}/image.tar",
            _ => $"archive:{folder}/image.tar",
        };
        var cache = Directory.CreateDirectory(Path.Combine(place == "cache" ? full : folder, "cache")).FullName;
        if (place != "cache")
            // The packages that the other tests have fetched.
            Directory.CreateSymbolicLink(
                Path.Combine(cache, "packages"),
                Directory.CreateDirectory(machine.PackageCache).FullName
            );
        var tool = await machine.Tool;
        var result = await new ShellCommand(
            "unshare",
            [
                "--mount",
                "sh",
                "-c",
                Script,
                "sh",
                room.ToString(CultureInfo.InvariantCulture),
                full,
                tool.Program,
                "build",
                context,
                "--cache-dir",
                cache,
                "--output",
                output,
            ]
        )
        {
            Environment = new Dictionary<string, string?>(Sdk.Quiet)
            {
                ["TMPDIR"] = place == "temporary" ? full : Path.GetTempPath(),
                ["NO_COLOR"] = "1",
            },
        }.RunAsync();
        Assert.Contains("error CTZ", result.Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("No space left on device", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LEFT ", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists($"{folder}/image.tar"));
    }
}
