using System.Text;
using Containerize.Caching;
using Containerize.Dockerfiles;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Tests.Dockerfiles;

/// <summary>A secret of a build is in no layer, no history, no cache and no event.</summary>
public sealed class SecretBuildTests : IDisposable
{
    private const string Secret = "a secret that only one command sees";

    private readonly RunningBase _base = new();

    public void Dispose() => _base.Dispose();

    [Fact]
    public async Task A_secret_of_a_build_is_nowhere_afterwards()
    {
        var context = Directory.CreateDirectory(_base.Folder("context")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"),
            """
            FROM base
            RUN --mount=type=secret,id=token --mount=type=secret,id=token,env=TOKEN cat /run/secrets/token && echo "$TOKEN" | wc -c > /length
            RUN --mount=type=secret,id=token,required=true,target=/root/token cat /root/token > /dev/null && ls /root > /listing
            """,
            TestContext.Current.CancellationToken
        );
        var lines = new List<string>();
        var result = await new DockerfileBuild
        {
            Context = context,
            Platforms = [RunningBase.Platform],
            BuildPlatform = RunningBase.Platform,
            Cache = new CacheFolder(_base.Folder("cache")),
            WorkFolder = _base.Folder("build"),
            Sources = (_, _, _) => Task.FromResult<IImageSource>(new BaseSource(_base.Image)),
            Secrets = DockerfileBuildSecrets(),
            Runner = _base.Runner("crun"),
            Progress = happened => lines.Add(happened.ToString()),
        }.RunAsync(TestContext.Current.CancellationToken);
        var image = result.Images.Single().Image;
        await new OciLayoutSink(_base.Folder("layout"), [new ImageReference("localhost", "secret", "built")]).PushAsync(
            result.Set,
            TestContext.Current.CancellationToken
        );

        var files = await ImageFiles.ReadAsync(image, TestContext.Current.CancellationToken);
        Assert.Equal(
            "36",
            (
                await files.ReadTextAsync(Entries.ContainerPath.Parse("/length"), TestContext.Current.CancellationToken)
            )!.Trim()
        );
        Assert.Equal(
            "token",
            (
                await files.ReadTextAsync(
                    Entries.ContainerPath.Parse("/listing"),
                    TestContext.Current.CancellationToken
                )
            )!.Trim()
        );
        Assert.Null(files.Find(Entries.ContainerPath.Parse("/root/token")));
        foreach (var layer in image.Layers)
        {
            await using var tar = await Layers.LayerEncoding.OpenPlainAsync(
                layer,
                TestContext.Current.CancellationToken
            );
            using var bytes = new MemoryStream();
            await tar.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.True(bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) < 0);
        }

        Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(image.Config.Bytes.Span), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("***", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(
                _base.Folder(""),
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
                }
            ),
            file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0
        );
    }

    private static System.Collections.Immutable.ImmutableDictionary<
        string,
        Func<ReadOnlyMemory<byte>>
    > DockerfileBuildSecrets() =>
        System.Collections.Immutable.ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>>.Empty.Add(
            "token",
            () => Encoding.UTF8.GetBytes(Secret)
        );

    private sealed class BaseSource(Image image) : IImageSource
    {
        public string Name => "base";

        public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) => Task.FromResult(image);
    }
}
