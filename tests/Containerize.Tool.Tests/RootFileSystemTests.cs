using System.Security.Cryptography;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize build --output type=tar</c> and <c>type=local</c>, with umoci and Docker as second
/// opinions.</summary>
public sealed class RootFileSystemTests(ToolMachine machine) : RootFileSystemTest(machine)
{
    [Fact]
    public async Task A_tar_and_a_folder_hold_what_umoci_unpacks_and_what_Docker_exports()
    {
        var folder = Context(
            "FROM oci:base:1.0\nCOPY --chown=7:8 --chmod=0640 a.txt /srv/new/a.txt\nCMD [\"/srv/new/a.txt\"]\n",
            Everything
        );
        await BuildAsync(
            folder,
            "-o",
            "type=oci,tar=false,dest=layout",
            "-o",
            "type=tar,dest=root.tar",
            "-o",
            "type=local,dest=root",
            "-o",
            "type=docker,dest=image.tar"
        );
        var expected = await ListAsync(await Umoci.UnpackAsync($"{folder}/layout", "latest", $"{folder}/bundle"));
        Assert.Contains("srv/program|f|4755|0:0|5||0|2", expected, StringComparison.Ordinal);
        Assert.DoesNotContain("gone", expected, StringComparison.Ordinal);
        Assert.Equal(expected, await ListAsync($"{folder}/root"));
        Assert.Equal(expected, await ListAsync(await UnpackAsync($"{folder}/root.tar", $"{folder}/unpacked")));
        Assert.All(
            await Task.WhenAll(AttributesAsync($"{folder}/root"), AttributesAsync($"{folder}/unpacked")),
            text => Assert.Contains("SCHILY.xattr.security.capability=", text, StringComparison.Ordinal)
        );

        await using var engine = await DockerEngine.StartAsync(Machine.Folder.Create("export"));
        await engine.LoadAsync($"{folder}/image.tar");
        var container = (await engine.DockerAsync("create", "--network", "none", "rest/context:latest")).Text;
        await engine.DockerAsync("export", "--output", $"{folder}/export.tar", container);
        // What an engine adds to a container that it makes.
        string[] ofEngine =
        [
            "./.dockerenv",
            "./dev/console",
            "./etc/hosts",
            "./etc/hostname",
            "./etc/resolv.conf",
            ".dockerenv",
            "dev",
            "proc",
            "sys",
            "etc/hosts",
            "etc/hostname",
            "etc/resolv.conf",
            "etc/mtab",
        ];
        Assert.Equal(
            Without(expected),
            Without(await ListAsync(await UnpackAsync($"{folder}/export.tar", $"{folder}/exported")))
        );

        string Without(string list) =>
            string.Join(
                '\n',
                list.Split('\n')
                    .Where(line =>
                        !ofEngine.Any(name =>
                            line.Split('|')[0].Split("  ")[^1] is var path
                            && (path == name || path.StartsWith(name + "/", StringComparison.Ordinal))
                        )
                        // It makes these in etc, whose time changes by that.
                        && !line.StartsWith("etc|", StringComparison.Ordinal)
                    )
            );
    }

    [Fact]
    public async Task A_tar_has_the_same_bytes_each_time_in_a_file_and_on_standard_output()
    {
        var folder = Context("FROM oci:base:1.0\nCOPY a.txt /\n", Everything);
        await BuildAsync(folder, "-o", "type=tar,dest=1.tar");
        var tool = await Machine.Tool;
        foreach (var output in new[] { "-", "type=tar,dest=-" })
        {
            var piped = (
                await (
                    new ShellCommand(
                        "bash",
                        ["-c", $"'{tool.Program}' build . --no-cache -t rest/context --output {output} >2.tar"]
                    ) with
                    {
                        WorkingFolder = folder,
                        Environment = tool.Command().Environment,
                    }
                ).RunAsync()
            ).Expect(0);
            Assert.Contains("-> standard output", piped.Error, StringComparison.Ordinal);
            Assert.Equal(Hash($"{folder}/1.tar"), Hash($"{folder}/2.tar"));
        }
    }

    private static async Task<string> AttributesAsync(string root) =>
        (
            await Shell.RunAsync(
                "tar",
                "--create",
                "--file=-",
                "--format=pax",
                "--xattrs",
                "--xattrs-include=*",
                "--directory",
                root,
                "server"
            )
        ).Output;

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(path)));
}
