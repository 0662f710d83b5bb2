using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Containerize.Tests.Images;
using Containerize.Tests.Tools;
using static Containerize.Tests.Images.HandmadeImage;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize build --output type=tar</c> and <c>type=local</c>, with umoci and Docker as second
/// opinions.</summary>
public sealed class RootFileSystemTests(ToolMachine machine)
{
    // Effective and permitted: to bind ports below 1024 (capabilities(7), version 2 of the attribute).
    private const string Capability = "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

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

        await using var engine = await DockerEngine.StartAsync(machine.Folder.Create("export"));
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
        var tool = await machine.Tool;
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

    [Fact]
    public async Task Each_platform_has_a_folder()
    {
        var folder = Context("FROM scratch\nARG TARGETPLATFORM TARGETARCH\nCOPY a.txt /$TARGETARCH\n");
        await BuildAsync(
            folder,
            "--platform",
            "linux/amd64,linux/arm/v7",
            "-o",
            "./root",
            "-o",
            "type=tar,dest=root.tar"
        );
        const string Expected = "linux_amd64\nlinux_amd64/amd64\nlinux_arm_v7\nlinux_arm_v7/arm";
        foreach (var root in new[] { $"{folder}/root", await UnpackAsync($"{folder}/root.tar", $"{folder}/unpacked") })
            Assert.Equal(
                Expected,
                (await Shell.RunAsync("bash", "-c", $"find {root} -mindepth 1 -printf '%P\\n' | LC_ALL=C sort")).Text
            );
    }

    [Fact]
    public async Task What_was_in_a_folder_stays_and_no_link_is_followed()
    {
        var folder = Context("FROM oci:base:1.0\nCOPY a.txt /srv/a.txt\nCOPY a.txt /etc/a.txt\n", Everything);
        var (root, outside) = (
            Directory.CreateDirectory($"{folder}/root").FullName,
            Directory.CreateDirectory($"{folder}/outside").FullName
        );
        await Shell.RunAsync(
            "bash",
            "-c",
            $"cd {root} && echo mine >kept && mkdir -m 500 srv && echo mine >srv/kept && echo old >srv/a.txt "
                + $"&& ln -s {outside} etc && ln -s {outside}/file link && touch {outside}/file"
        );
        await BuildAsync(folder, "-o", "type=local,dest=root");
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
        Assert.Equal(0, new FileInfo($"{outside}/file").Length);
        Assert.Equal(
            ("mine\n", "mine\n", "hello\n", "hello\n", "/etc/a.txt"),
            (
                Read("kept"),
                Read("srv/kept"),
                Read("srv/a.txt"),
                Read("etc/a.txt"),
                new FileInfo($"{root}/link").LinkTarget
            )
        );
        Assert.Null(new DirectoryInfo($"{root}/etc").LinkTarget);

        // A second time everything is there already; a folder in a file's place is not removed, and nothing else is
        // touched.
        await BuildAsync(folder, "-o", "type=local,dest=root");
        await Shell.RunAsync(
            "bash",
            "-c",
            $"cd {root} && rm srv/a.txt && mkdir srv/a.txt && touch srv/a.txt/mine && echo other >etc/a.txt"
        );
        var before = await ListAsync(root);
        var refused = (await RunAsync(folder, "build", ".", "-o", "type=local,dest=root")).Expect(1);
        Assert.Contains("error CTZ0156: '/srv/a.txt' of the image", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await ListAsync(root));

        string Read(string path) => System.IO.File.ReadAllText(Path.Combine(root, path));
    }

    [Theory]
    [InlineData("a link and a file below it", 0)]
    [InlineData("a link and a further name of what it leads to", 1)]
    [InlineData("a path that leads out", 1)]
    [InlineData("a link in another layer and a file below it", 0)]
    public async Task A_hostile_image_writes_nothing_outside(string what, int exitCode)
    {
        IReadOnlyList<IReadOnlyList<TarEntry>> Layers(string outside) =>
            what switch
            {
                "a link and a file below it" =>
                [
                    [Link("way", outside), File("way/file", "bad"), Link("up", "../outside"), File("up/file", "bad")],
                ],
                "a link and a further name of what it leads to" =>
                [
                    [Link("way", outside), Link("name", "way/secret", TarEntryType.HardLink)],
                ],
                "a path that leads out" =>
                [
                    [File("../outside/file", "bad")],
                ],
                _ =>
                [
                    [Link("way", outside)],
                    [File("way/file", "bad")],
                ],
            };
        var folder = Context("FROM oci:base:1.0\n", outside => new HandmadeImage(Layers(outside), []));
        await System.IO.File.WriteAllTextAsync(
            $"{folder}/outside/secret",
            "mine",
            TestContext.Current.CancellationToken
        );
        (await RunAsync(folder, "build", ".", "-o", "type=local,dest=root")).Expect(exitCode);
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries($"{folder}/outside").Select(Path.GetFileName));
        Assert.Equal(exitCode == 0, Directory.Exists($"{folder}/root"));
        if (exitCode == 0)
            Assert.Equal(
                "bad",
                await System.IO.File.ReadAllTextAsync($"{folder}/root/way/file", TestContext.Current.CancellationToken)
            );
    }

    [Fact]
    public async Task Who_is_not_root_gets_modes_and_times_and_is_told()
    {
        var folder = Context("FROM oci:base:1.0\nCOPY --chown=7:8 --chmod=0640 a.txt /srv/new/a.txt\n", Everything);
        var tool = await machine.Tool;
        // A user of a namespace without a mapping has no right of root.
        var command = tool.Command() with
        {
            Program = "unshare",
            Arguments = ["--user", tool.Program, "build", ".", "--json", "-o", "type=local,dest=root"],
            WorkingFolder = folder,
        };
        var result = JsonNode.Parse((await command.RunAsync()).Expect(0).Output)!;
        Assert.Contains("belong to you", (string?)result["destinations"]![0]!["notes"]![0], StringComparison.Ordinal);
        var list = await ListAsync($"{folder}/root");
        Assert.Contains("srv/program|f|755|0:0|5||0|2", list, StringComparison.Ordinal);
        Assert.Contains("srv/new/a.txt|f|640|0:0|6||0|1", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CTZ0151", "-o", "-", "--json")]
    [InlineData("CTZ0151", "-o", "-", "-o", "type=tar,dest=-")]
    [InlineData("CTZ0007", "-o", "type=tar,dest=outside")]
    [InlineData("CTZ0007", "-o", "type=local,dest=a.txt")]
    public async Task What_cannot_be_written_is_said(string code, params string[] arguments)
    {
        var folder = Context("FROM scratch\nCOPY a.txt /\n");
        var result = (await RunAsync(folder, ["build", ".", .. arguments])).Expect(1);
        Assert.Contains($"error {code}: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["Dockerfile", "a.txt", "outside"],
            Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    // Modes, owners, whiteouts, further names, links to anywhere, a pipe, a program with a right of its own.
    private static HandmadeImage Everything(string outside) =>
        new(
            [
                [
                    Folder("etc"),
                    File("etc/gone", "x"),
                    Folder("tmp", 0x3FF),
                    Folder("srv", 0x1E8),
                    File("srv/program", "#!sh\n", 0x9ED),
                    new UstarTarEntry(TarEntryType.HardLink, "srv/same")
                    {
                        Mode = (UnixFileMode)0x9ED,
                        ModificationTime = DateTimeOffset.UnixEpoch,
                        LinkName = "srv/program",
                    },
                    Link("link", "/etc/a.txt"),
                    Link("up", "../../.."),
                    new PaxTarEntry(TarEntryType.Fifo, "pipe")
                    {
                        Mode = (UnixFileMode)0x1A0,
                        ModificationTime = DateTimeOffset.UnixEpoch,
                    },
                    new PaxTarEntry(
                        TarEntryType.RegularFile,
                        "server",
                        [new("SCHILY.xattr.security.capability", Capability)]
                    )
                    {
                        Mode = (UnixFileMode)0x1ED,
                        Uid = 3,
                        Gid = 4,
                        ModificationTime = DateTimeOffset.UnixEpoch,
                    },
                ],
                [Folder("etc"), File("etc/.wh.gone", ""), Folder("old")],
                [
                    Folder("old"),
                    File("old/.wh..wh..opq", ""),
                    new UstarTarEntry(TarEntryType.RegularFile, "late")
                    {
                        Mode = (UnixFileMode)0x100,
                        Uid = 100,
                        Gid = 101,
                        ModificationTime = DateTimeOffset.UnixEpoch.AddYears(30),
                    },
                ],
            ],
            []
        );

    private string Context(string dockerfile, Func<string, HandmadeImage>? image = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(machine.Folder.Create("root-fs"), "context")).FullName;
        System.IO.File.WriteAllText(Path.Combine(folder, "Dockerfile"), dockerfile);
        System.IO.File.WriteAllText(Path.Combine(folder, "a.txt"), "hello\n");
        var outside = Directory.CreateDirectory(Path.Combine(folder, "outside")).FullName;
        image?.Invoke(outside).WriteTo(Path.Combine(folder, "base"));
        return folder;
    }

    private async Task BuildAsync(string folder, params string[] arguments) =>
        (await RunAsync(folder, ["build", ".", "-t", "rest/context", .. arguments])).Expect(0);

    private async Task<CommandResult> RunAsync(string folder, params string[] arguments) =>
        await ((await machine.Tool).Command(arguments) with { WorkingFolder = folder }).RunAsync();

    private static async Task<string> UnpackAsync(string tar, string folder)
    {
        Directory.CreateDirectory(folder);
        await Shell.RunAsync(
            "tar",
            "--extract",
            "--file",
            tar,
            "--directory",
            folder,
            "--preserve-permissions",
            "--same-owner",
            "--numeric-owner",
            "--xattrs",
            "--xattrs-include=*"
        );
        return folder;
    }

    // The size of a folder is its file system's business, and the time of a link without a target is not seen.
    private static async Task<string> ListAsync(string root) =>
        (
            await Shell.RunAsync(
                "bash",
                "-c",
                $"cd '{root}' && {{ find . -mindepth 1 -type d -printf '%P|%y|%m|%U:%G|%T@\\n' -o -mindepth 1 "
                    + "-printf '%P|%y|%m|%U:%G|%s|%l|%T@|%n\\n'; find . -type f -exec sha256sum {} +; } | sed "
                    + "'s/\\.0000000000//' | LC_ALL=C sort"
            )
        ).Text;

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
