using Containerize.Caching;
using Containerize.Dockerfiles.Building;
using Containerize.Dockerfiles.Running;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Registries;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>Builds Dockerfiles with one cache, and hands the images to registries and to Docker.</summary>
/// <param name="folder">An empty folder of its own.</param>
public sealed class DockerfileBuilder(string folder) : IDisposable
{
    private readonly RegistryClient _client = new(new RegistryOptions());
    private readonly Runner _runner = new(RunnerMachine.Find(Environment.GetEnvironmentVariable("PATH")!.Split(':'), UnixIdentity.OfThisProcess()), Path.Combine(folder, "cache/unpacked"));

    /// <summary>The folder of the cache.</summary>
    public string CacheFolder { get; } = Path.Combine(folder, "cache");

    /// <summary>Writes a context.</summary>
    /// <param name="name">Its folder's name.</param>
    /// <param name="files">Paths and contents; <c>Dockerfile</c> among them.</param>
    public string Context(string name, params (string Path, string Text)[] files)
    {
        var context = Path.Combine(folder, name);
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(context, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text.ReplaceLineEndings("\n"));
        }

        return context;
    }

    /// <summary>Builds a context.</summary>
    /// <param name="context">Its folder.</param>
    /// <param name="change">What is other than usual.</param>
    public async Task<DockerfileImage> BuildAsync(string context, Func<DockerfileBuild, DockerfileBuild>? change = null)
    {
        var platform = RunningBase.Platform;
        var build = new DockerfileBuild
        {
            Context = context,
            Platforms = [platform],
            BuildPlatform = platform,
            Cache = new CacheFolder(CacheFolder),
            WorkFolder = Path.Combine(folder, "work", Guid.NewGuid().ToString("N")),
            Sources = (name, _, _) => Task.FromResult<IImageSource>(new RegistrySource(ImageReference.Parse(name), _client)),
            Runner = _runner,
        };
        return (await (change?.Invoke(build) ?? build).RunAsync(TestContext.Current.CancellationToken)).Images.Single();
    }

    /// <summary>Pushes an image, and returns its reference.</summary>
    public async Task<string> PushAsync(DockerfileImage image, string reference)
    {
        var name = ImageReference.Parse(reference);
        await new RegistrySink(name.Registry, name.Repository, [name.Tag!], _client).PushAsync(ImageSet.Of([image.Image]), TestContext.Current.CancellationToken);
        return reference;
    }

    /// <summary>Loads an image into Docker.</summary>
    public async Task<string> LoadAsync(DockerfileImage image, DockerEngine docker, string name)
    {
        var tarball = Path.Combine(folder, name + ".tar");
        await new ArchiveSink(tarball, [ImageReference.Parse(name)], RunningBase.Platform).PushAsync(ImageSet.Of([image.Image]), TestContext.Current.CancellationToken);
        await docker.LoadAsync(tarball);
        return name;
    }

    /// <summary>How the steps of a stage ended: the instruction's first words, and its outcome.</summary>
    public static string[] Steps(DockerfileImage image, string stage) => [.. image.Steps.Where(step => step.Step.Stage == stage).Select(step => $"{step.Step.Text.Split(' ')[0]} {step.Outcome}")];

    public void Dispose() => _client.Dispose();

    /// <summary>A build whose layers are large, and wait for nobody.</summary>
    public static DockerfileBuild Uncompressed(DockerfileBuild build) => build with { Encoding = new LayerEncoding(LayerCompression.None, null) };
}
