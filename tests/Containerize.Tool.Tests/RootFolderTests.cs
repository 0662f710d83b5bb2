using System.Formats.Tar;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using static Containerize.TestKit.Images.HandmadeImage;

namespace Containerize.Tool.Tests;

/// <summary>Files in a folder: what is there already, links, and what an ordinary user gets.</summary>
public sealed class RootFolderTests(ToolMachine machine) : RootFileSystemTest(machine)
{
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
        var tool = await Machine.Tool;
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
}
