using System.Text;
using Containerize.Caching;
using Containerize.Core.Tests.Dockerfiles;
using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Packages;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.IO;
using Containerize.Packages.Formats;
using Containerize.Publishing;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Archives;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>
/// A file changes, in place and with the same length, after it was hashed for a key and before it is packed, and is
/// then what it was. Nothing else than what was hashed may be kept under the key. Each change happens at a seam and not
/// in a race.
/// </summary>
public sealed class ChangedContentTests : IDisposable
{
    private const string Before = "VERSION-A",
        Meanwhile = "VERSION-B";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_a_published_file()
    {
        var file = Path.Combine(Directory.CreateDirectory(_folder["publish"]).FullName, "app.dll");
        await File.WriteAllTextAsync(file, Before, Cancelled);
        // Packing begins when the key is known.
        var change = new AtPacking(() => WriteInPlace(file, Meanwhile));
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => PublishAsync("first", change));
        Assert.Equal(DiagnosticTable.FileChanged, exception.Diagnostic);
        Assert.Contains(
            "app.dll' changed its content while it was packed",
            exception.Message,
            StringComparison.Ordinal
        );
        Assert.True(change.Happened);
        Assert.False(Directory.Exists(_folder["cache/layers"]));

        WriteInPlace(file, Before);
        Assert.Equal(Before, await TextAsync(await PublishAsync("second"), "/app/app.dll"));
        Assert.Equal(Before, await TextAsync(await PublishAsync("second"), "/app/app.dll"));
    }

    [Fact]
    public async Task Of_a_file_that_is_remembered_wrongly()
    {
        var file = Path.Combine(Directory.CreateDirectory(_folder["publish"]).FullName, "app.dll");
        await File.WriteAllTextAsync(file, Before, Cancelled);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        var state = FileState.Of(file);
        Directory.CreateDirectory(_folder["obj"]);
        await File.WriteAllTextAsync(
            _folder["obj/hashes.txt"],
            FormattableString.Invariant(
                $"{new string('0', 64)} {state.Size} {state.Modified} {state.Changed} {state.Inode} {file}\n"
            ),
            Cancelled
        );
        await TestImage.FailsAsync(DiagnosticTable.FileChanged, () => PublishAsync("obj"));
        // It is forgotten, so that the next run reads the file.
        Assert.Equal(Before, await TextAsync(await PublishAsync("obj"), "/app/app.dll"));
    }

    [Theory]
    [InlineData("COPY file /file")]
    [InlineData("COPY --link --chown=app file /file")]
    [InlineData("ADD file /file")]
    public async Task Of_a_file_that_is_copied(string instruction)
    {
        using var build = new TestBuild().With("file", Before).WithSystem();
        var file = Path.Combine(build.Context, "file");
        await FailsAsync(build, $"FROM system\n{instruction}\n", () => WriteInPlace(file, Meanwhile));
        WriteInPlace(file, Before);
        for (var time = 0; time < 2; time++)
            Assert.Equal(Before, await TextAsync(await BuildAsync(build, $"FROM system\n{instruction}\n"), "/file"));
    }

    // One that is no archive while it is looked at would be copied as it is.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_an_archive_that_is_unpacked(bool isArchiveMeanwhile)
    {
        using var build = new TestBuild().WithSystem();
        var file = Path.Combine(build.Context, "a.tar");
        var before = TestTar.Bytes(TestTar.File("file", Before));
        await File.WriteAllBytesAsync(file, before, Cancelled);
        var meanwhile = isArchiveMeanwhile ? TestTar.Bytes(TestTar.File("file", Meanwhile)) : new byte[before.Length];
        await FailsAsync(build, "FROM system\nADD a.tar /\n", () => WriteInPlace(file, meanwhile));
        WriteInPlace(file, before);
        Assert.Equal(Before, await TextAsync(await BuildAsync(build, "FROM system\nADD a.tar /\n"), "/file"));
    }

    [Fact]
    public async Task Of_a_file_that_a_command_sees_through_a_mount()
    {
        const string Dockerfile = "FROM scratch\nRUN --mount=type=bind,target=/context cat /context/file\n";
        using var build = new TestBuild().With("file", Before);
        var file = Path.Combine(build.Context, "file");
        var runner = new CopyingRunner(file) { Meanwhile = () => WriteInPlace(file, Meanwhile) };
        await TestImage.FailsAsync(DiagnosticTable.FileChanged, () => BuildAsync(build, Dockerfile, runner));
        WriteInPlace(file, Before);
        Assert.Equal(Before, await TextAsync(await BuildAsync(build, Dockerfile, new CopyingRunner(file)), "/copy"));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("new")]
    public async Task Of_a_file_that_was_empty_or_missing_when_a_mount_of_it_was_keyed(string name)
    {
        const string Dockerfile = "FROM scratch\nRUN --mount=type=bind,target=/context cat /context/file\n";
        using var build = new TestBuild().With("file", Before).With("empty", "");
        var file = Path.Combine(build.Context, "file");
        var runner = new CopyingRunner(file)
        {
            Meanwhile = () => File.WriteAllText(Path.Combine(build.Context, name), Meanwhile),
        };
        await TestImage.FailsAsync(DiagnosticTable.FileChanged, () => BuildAsync(build, Dockerfile, runner));
    }

    [Fact]
    public async Task Of_a_file_in_the_copy_of_a_context_that_leaves_something_out()
    {
        const string Dockerfile =
            "FROM scratch\nRUN --mount=type=bind,source=file,target=/one cat /one\n"
            + "RUN --mount=type=bind,source=other,target=/two cat /two\n";
        using var build = new TestBuild()
            .With("file", Before)
            .With("other", Before)
            .With("left-out", "")
            .With(".dockerignore", "left-out\n");
        // The first mount copies the context. The second one would read the copy, and the key would name the new
        // content.
        var runs = 0;
        var runner = new CopyingRunner(Path.Combine(build.Context, "file"))
        {
            Meanwhile = () =>
            {
                if (runs++ == 0)
                    WriteInPlace(Path.Combine(build.Context, "other"), Meanwhile);
            },
        };
        await TestImage.FailsAsync(DiagnosticTable.FileChanged, () => BuildAsync(build, Dockerfile, runner));
    }

    [Fact]
    public async Task Of_a_package_file()
    {
        var before = new TestDeb("one", "1") { Compression = "" }
            .File("etc/file", Before)
            .ToBytes();
        var meanwhile = new TestDeb("one", "1") { Compression = "" }
            .File("etc/file", Meanwhile)
            .ToBytes();
        var (digest, file) = (Digest.Of(before), _folder["one.deb"]);
        await File.WriteAllBytesAsync(file, meanwhile, Cancelled);
        await TestImage.FailsAsync(
            DiagnosticTable.FileChanged,
            () => DebFile.OpenAsync(file, digest, _folder["data"], "one", Cancelled)
        );
        Assert.Equal([file], Directory.GetFiles(_folder.Root));
        await File.WriteAllBytesAsync(file, before, Cancelled);
        await DebFile.OpenAsync(file, digest, _folder["data"], "one", Cancelled);
        Assert.Contains(Before, await File.ReadAllTextAsync(_folder["data"], Cancelled), StringComparison.Ordinal);
    }

    private async Task<Image> PublishAsync(string project, IProgress<WorkProgress>? progress = null) =>
        (
            await new ContainerBuild
            {
                Base = new ScratchSource(),
                Platform = TestBuild.Amd64,
                PublishPath = _folder["publish"],
                Index = new([]),
                Settings = new ContainerSettings { Command = new CommandSettings { AppCommand = ["/app/app"] } },
                LayerPath = _folder[project],
                Cache = new CacheFolder(_folder["cache"]),
                Progress = progress ?? NoProgress.Instance,
                Sinks = [new ArchiveSink(_folder["image.tar"], [ImageReference.Parse("localhost/app:1")])],
            }.RunAsync(Cancelled)
        ).Image;

    // The base's layer is opened when the key is known: to see which folders and users the image has.
    private static async Task FailsAsync(TestBuild build, string dockerfile, Action change)
    {
        var happened = false;
        var options = build.Options(dockerfile) with { Cache = build.Cache };
        var sources = options.Sources;
        await TestImage.FailsAsync(
            DiagnosticTable.FileChanged,
            () =>
                (
                    options with
                    {
                        Sources = async (name, platform, token) =>
                        {
                            var image = await (await sources(name, platform, token)).PullAsync(platform, token);
                            return new HookedSource(
                                name,
                                Image.Of(
                                    image.Manifest,
                                    image.Config,
                                    image.Layers.Select(layer => layer.Blob with { OpenAsync = Hook(layer.Blob) }),
                                    name
                                )
                            );
                        },
                    }
                ).RunAsync(Cancelled)
        );
        Assert.True(happened);

        Func<CancellationToken, Task<Stream>> Hook(Blob blob) =>
            token =>
            {
                happened = true;
                change();
                return blob.OpenAsync(token);
            };
    }

    private static async Task<Image> BuildAsync(TestBuild build, string dockerfile, IRunExecutor? runner = null) =>
        (await (build.Options(dockerfile) with { Cache = build.Cache, Runner = runner }).RunAsync(Cancelled))
            .Images[0]
            .Image;

    private static async Task<string?> TextAsync(Image image, string path) =>
        await (await ImageFiles.ReadAsync(image, Cancelled)).ReadTextAsync(ContainerPath.Parse(path), Cancelled);

    private static void WriteInPlace(string file, string text) => WriteInPlace(file, Encoding.UTF8.GetBytes(text));

    private static void WriteInPlace(string file, byte[] bytes)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.Equal(stream.Length, bytes.Length);
        stream.Write(bytes);
    }

    private sealed class AtPacking(Action change) : IProgress<WorkProgress>
    {
        public bool Happened { get; private set; }

        public void Report(WorkProgress value)
        {
            if (value is not { Work.Kind: WorkKind.Packing, Done: 0 } || Happened)
                return;
            Happened = true;
            change();
        }
    }

    private sealed record HookedSource(string Name, Image Image) : IImageSource
    {
        public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) => Task.FromResult(Image);
    }

    /// <summary>A command that copies a file of the context into the image.</summary>
    private sealed class CopyingRunner(string file) : IRunExecutor
    {
        public Action Meanwhile { get; init; } = () => { };

        public Task<RunChanges> RunAsync(RunRequest request, CancellationToken cancellationToken)
        {
            Meanwhile();
            var content = FileContent.FromBytes(File.ReadAllBytes(file), "copy");
            return Task.FromResult(
                new RunChanges([
                    new LayerEntry(ContainerPath.Parse("/copy"), EntryKind.File, 0b110_100_100) { Content = content },
                ])
            );
        }
    }
}
