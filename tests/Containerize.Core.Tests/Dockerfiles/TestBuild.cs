using System.Collections.Immutable;
using System.Diagnostics;
using Containerize.Caching;
using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>A context in a folder of its own, and images under any name, to build Dockerfiles with.</summary>
internal sealed class TestBuild : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Image> _images = new(StringComparer.Ordinal);

    public TestBuild() => Directory.CreateDirectory(Context);

    public static Platform Amd64 { get; } = new("linux", "amd64");

    public string Context => _folder["context"];

    public CacheFolder Cache => new(_folder["cache"]);

    /// <summary>The names of images that were pulled, in order.</summary>
    public List<string> Pulled { get; } = [];

    public TestBuild With(string path, string text = "", bool isExecutable = false)
    {
        var file = Path.Combine(Context, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        if (isExecutable)
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.UserExecute);
        return this;
    }

    public TestBuild WithLink(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Context, path))!);
        File.CreateSymbolicLink(Path.Combine(Context, path), target);
        return this;
    }

    /// <summary>One more name of a file of the context.</summary>
    public TestBuild WithHardLink(string path, string file)
    {
        NativeFiles.Link(Path.Combine(Context, file), Path.Combine(Context, path));
        return this;
    }

    /// <summary>What a shell makes in the context: names that .NET cannot write.</summary>
    public TestBuild WithShell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", script]) { WorkingDirectory = Context })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        return this;
    }

    public TestBuild WithImage(string name, Image image)
    {
        _images[name] = image;
        return this;
    }

    /// <summary>An image with some users, and folders and links as a distribution has them.</summary>
    public TestBuild WithSystem(string name = "system") =>
        WithImage(
            name,
            TestTar.Of([
                TestTar.Folder("etc/"),
                TestTar.File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1654:1655:app:/home/app:/bin/sh\n"),
                TestTar.File("etc/group", "root:x:0:\nstaff:x:50:\napp:x:1655:\n"),
                TestTar.Folder("usr/"),
                TestTar.Folder("usr/bin/"),
                TestTar.Link("bin", "usr/bin"),
                TestTar.Folder("tmp/", 0b001_111_111_111),
                TestTar.File("etc/motd", "hello\n"),
            ])
        );

    public DockerfileBuild Options(string dockerfile) =>
        new()
        {
            Context = Context,
            DockerfileText = dockerfile.ReplaceLineEndings("\n"),
            Platforms = [Amd64],
            BuildPlatform = Amd64,
            WorkFolder = _folder[Path.Combine("work", Guid.NewGuid().ToString("N"))],
            Sources = (name, _, _) =>
            {
                lock (Pulled)
                    Pulled.Add(name);
                return Task.FromResult<IImageSource>(
                    _images.TryGetValue(name, out var image)
                        ? new MemorySource(name, image)
                        : throw new ContainerizeException(DiagnosticTable.ImageNotFound, $"There is no image '{name}'.")
                );
            },
        };

    public async Task<Image> BuildAsync(string dockerfile) =>
        (await Options(dockerfile).RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;

    public Task<ContainerizeException> FailAsync(string dockerfile) =>
        Assert.ThrowsAsync<ContainerizeException>(() => BuildAsync(dockerfile));

    /// <summary>What is in the image, one line for each path: kind, mode, owner, path, and content or target.</summary>
    public static async Task<string[]> ListAsync(Image image)
    {
        var files = await ImageFiles.ReadAsync(image, TestContext.Current.CancellationToken);
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var file in files.All)
        {
            var content =
                file.Kind == EntryKind.File
                    ? " " + await files.ReadTextAsync(file.Path, TestContext.Current.CancellationToken)
                    : "";
            var kind = file.Kind switch
            {
                EntryKind.Directory => 'd',
                EntryKind.SymbolicLink => 'l',
                EntryKind.HardLink => 'h',
                _ => 'f',
            };
            lines.Add(
                $"{kind} {Convert.ToString(file.Mode, 8)} {file.Uid}:{file.Gid} "
                    + $"{file.Path}{(file.LinkTarget is { } target ? " -> " + target : "")}{content.TrimEnd('\n')}"
            );
        }

        return [.. lines];
    }

    /// <summary>Builds upon scratch or an image, and lists what is in the result.</summary>
    public async Task<string[]> ListAsync(string dockerfile) => await ListAsync(await BuildAsync(dockerfile));

    public void Dispose()
    {
        // .NET cannot remove names that are not UTF-8.
        WithShell("cd .. && rm -rf ./*");
        _folder.Dispose();
    }

    private sealed record MemorySource(string Name, Image Image) : IImageSource
    {
        public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) => Task.FromResult(Image);
    }
}
