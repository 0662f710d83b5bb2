using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The images that the corpus builds upon, made by hand.</summary>
public static class CorpusBases
{
    /// <summary>Debian's static busybox with links, users and folders as a distribution has them.</summary>
    public static HandmadeImage Busybox =>
        new(
            [
                [
                    HandmadeImage.Folder("usr"),
                    HandmadeImage.Folder("usr/bin"),
                    Program("usr/bin/busybox"),
                    HandmadeImage.Link("bin", "usr/bin"),
                    .. from name in new[]
                    {
                        "sh",
                        "echo",
                        "cat",
                        "chmod",
                        "chown",
                        "id",
                        "ln",
                        "ls",
                        "mkdir",
                        "pwd",
                        "rm",
                        "touch",
                    }
                    select HandmadeImage.Link("usr/bin/" + name, "busybox"),
                    HandmadeImage.Folder("usr/lib"),
                    HandmadeImage.Link("lib", "usr/lib"),
                    HandmadeImage.Folder("usr/share"),
                    HandmadeImage.File("usr/share/old", "old\n"),
                    HandmadeImage.Folder("etc"),
                    HandmadeImage.File(
                        "etc/passwd",
                        "root:x:0:0:root:/root:/bin/sh\napp:x:1654:1655:app:/home/app:/bin/sh\n"
                    ),
                    HandmadeImage.File("etc/group", "root:x:0:\nstaff:x:50:\napp:x:1655:\n"),
                    HandmadeImage.File("etc/motd", "hello\n"),
                    HandmadeImage.Link("etc/link", "motd"),
                    HandmadeImage.Folder("tmp", 0x3FF),
                    HandmadeImage.Folder("root", 0x1C0),
                    HandmadeImage.Folder("home"),
                    Owned(HandmadeImage.Folder("home/app"), 1654, 1655),
                    HandmadeImage.Folder("proc"),
                    HandmadeImage.Folder("sys"),
                    HandmadeImage.Folder("dev"),
                    HandmadeImage.Folder("var"),
                ],
            ],
            new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/usr/bin:/bin", "FROM_BASE=yes"),
                ["Cmd"] = new JsonArray("sh"),
            }
        );

    /// <summary>The same without a PATH, and with a working directory that is not clean.</summary>
    public static HandmadeImage Plain =>
        Busybox with
        {
            Config = new JsonObject { ["WorkingDir"] = "/usr/../home/app/" },
        };

    /// <summary>An image with something to do for who builds upon it.</summary>
    public static HandmadeImage Onbuild =>
        new(
            [
                [HandmadeImage.File("base", "base\n")],
            ],
            new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/bin"),
                ["OnBuild"] = new JsonArray("COPY a /app/a", "ENV ORDER=trigger", "LABEL t=$ORDER"),
            }
        );

    /// <summary>An image with modes and owners that are not the usual ones.</summary>
    public static HandmadeImage Modes =>
        new(
            [
                [
                    HandmadeImage.Folder("m", 0x3FF),
                    Owned(HandmadeImage.File("m/secret", "s\n", 0x180), 5, 6),
                    HandmadeImage.File("m/suid", "x\n", 0x9ED),
                    Owned(HandmadeImage.Folder("m/own", 0x1C0), 7, 8),
                    HandmadeImage.File("m/own/f", "f\n", 0x1FF),
                    HandmadeImage.Link("m/l", "secret"),
                ],
            ],
            new JsonObject { ["Env"] = new JsonArray("PATH=/bin") }
        );

    private static readonly ConcurrentDictionary<string, Lazy<Task>> Pushed = new(StringComparer.Ordinal);

    // Well-known images that the forms of public projects are built upon; each is the same few files here.
    private static readonly string[] WellKnown =
    [
        "alpine",
        "composer",
        "debian",
        "distroless/base",
        "dotnet/aspnet",
        "dotnet/runtime-deps",
        "dotnet/sdk",
        "eclipse-temurin",
        "golang",
        "hugo",
        "keycloak",
        "maven",
        "nginx",
        "node",
        "php",
        "python",
        "ruby",
        "rust",
        "tomcat",
        "ubi",
        "ubuntu",
    ];

    /// <summary>Pushes them all under the names that the corpus has for them, once to each registry: of two pushes of
    /// one name at the same time a registry may refuse one.</summary>
    public static Task PushAsync(string folder, DockerRegistry registry) =>
        Pushed.GetOrAdd(registry.Address, _ => new Lazy<Task>(() => PushAllAsync(folder, registry))).Value;

    private static async Task PushAllAsync(string folder, DockerRegistry registry)
    {
        foreach (
            var (name, image) in new[]
            {
                ("busybox", Busybox),
                ("onbuild", Onbuild),
                ("modes", Modes),
                ("plain", Plain),
            }.Concat(WellKnown.Select(name => (name, Busybox)))
        )
            await Skopeo.CopyAsync(
                $"oci:{image.WriteTo(Path.Combine(folder, name)).Folder}:1.0",
                $"docker://{registry.Address}/{name}:latest"
            );
    }

    private static UstarTarEntry Program(string path) =>
        new(TarEntryType.RegularFile, path)
        {
            Mode = (UnixFileMode)0x1ED,
            ModificationTime = DateTimeOffset.UnixEpoch,
            DataStream = new MemoryStream(File.ReadAllBytes("/usr/bin/busybox")),
        };

    private static TarEntry Owned(TarEntry entry, int uid, int gid)
    {
        (entry.Uid, entry.Gid) = (uid, gid);
        return entry;
    }
}
