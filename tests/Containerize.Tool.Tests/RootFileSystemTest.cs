using System.Formats.Tar;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using static Containerize.TestKit.Images.HandmadeImage;

namespace Containerize.Tool.Tests;

/// <summary>What tests of images as files share.</summary>
public abstract class RootFileSystemTest(ToolMachine machine)
{
    private protected ToolMachine Machine { get; } = machine;

    // Effective and permitted: to bind ports below 1024 (capabilities(7), version 2 of the attribute).
    private protected const string Capability = "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    // Modes, owners, whiteouts, further names, links to anywhere, a pipe, a program with a right of its own.
    private protected static HandmadeImage Everything(string outside) =>
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

    private protected string Context(string dockerfile, Func<string, HandmadeImage>? image = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Folder.Create("root-fs"), "context")).FullName;
        System.IO.File.WriteAllText(Path.Combine(folder, "Dockerfile"), dockerfile);
        System.IO.File.WriteAllText(Path.Combine(folder, "a.txt"), "hello\n");
        var outside = Directory.CreateDirectory(Path.Combine(folder, "outside")).FullName;
        image?.Invoke(outside).WriteTo(Path.Combine(folder, "base"));
        return folder;
    }

    private protected async Task BuildAsync(string folder, params string[] arguments) =>
        (await RunAsync(folder, ["build", ".", "-t", "rest/context", .. arguments])).Expect(0);

    private protected async Task<CommandResult> RunAsync(string folder, params string[] arguments) =>
        await ((await Machine.Tool).Command(arguments) with { WorkingFolder = folder }).RunAsync();

    private protected static async Task<string> UnpackAsync(string tar, string folder)
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
    private protected static async Task<string> ListAsync(string root) =>
        (
            await Shell.RunAsync(
                "bash",
                "-c",
                $"cd '{root}' && {{ find . -mindepth 1 -type d -printf '%P|%y|%m|%U:%G|%T@\\n' -o -mindepth 1 "
                    + "-printf '%P|%y|%m|%U:%G|%s|%l|%T@|%n\\n'; find . -type f -exec sha256sum {} +; } | sed "
                    + "'s/\\.0000000000//' | LC_ALL=C sort"
            )
        ).Text;
}
