using System.Runtime.Versioning;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

// The tools that these tests drive are Linux programs.
[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(Machine))]

namespace Containerize.Tests;

/// <summary>
/// What all tests of a run share: a folder, and servers and stores that are started when the first test asks for them
/// and stopped after the last.
/// </summary>
public sealed class Machine : IAsyncDisposable
{
    private readonly Lazy<Task<DockerEngine>> _docker;
    private readonly Lazy<Task<DockerRegistry>> _registry;

    private readonly Lazy<Task<PackageFeed>> _feed;
    private readonly Lazy<Task<BaseImages>> _bases;
    private readonly Lazy<Task<InstalledTool>> _tool;
    private readonly Lazy<Task<NodePackages>> _outside;

    public Machine()
    {
        _docker = new(() => DockerEngine.StartAsync(Folder.Create("docker")));
        _registry = new(() => DockerRegistry.StartAsync(Folder.Create("registry")));
        _feed = new(() => PackageFeed.PackAsync(Folder.Path));
        _bases = new(async () => new BaseImages(Folder.Create("bases"), await Registry, PackageCache));
        _tool = new(InstallToolAsync);
        _outside = new(() => NodePackages.InstallAsync(Folder.Create("outside")));
        Podman = new Podman(Folder.Create("podman"));
        Buildah = new Buildah(Folder.Create("buildah"));
    }

    /// <summary>The folder of this run.</summary>
    public TestFolder Folder { get; } = new();

    /// <summary>The Docker daemon of this run.</summary>
    public Task<DockerEngine> Docker => _docker.Value;

    /// <summary>A registry that lets everybody in.</summary>
    public Task<DockerRegistry> Registry => _registry.Value;

    /// <summary>The package under test, packed once.</summary>
    public Task<PackageFeed> Feed => _feed.Value;

    /// <summary>The base images of the tests, each made once.</summary>
    public Task<BaseImages> Bases => _bases.Value;

    /// <summary>The command <c>containerize</c>, packed and installed once.</summary>
    public Task<InstalledTool> Tool => _tool.Value;

    /// <summary>Tools of others from npm, installed once.</summary>
    public Task<NodePackages> Outside => _outside.Value;

    /// <summary>The folder in which publishes of this run keep operating-system packages, and everything else too that
    /// fetches some.</summary>
    public string PackageCache => Folder.Combine("packages-cache", "containerize", "packages");

    public Podman Podman { get; }

    public Buildah Buildah { get; }

    public async ValueTask DisposeAsync()
    {
        if (_docker.IsValueCreated)
            await (await Docker).DisposeAsync();
        if (_registry.IsValueCreated)
            await (await Registry).DisposeAsync();
        Folder.Dispose();
    }

    // Both are packed from one tree, whose obj/ is no place for two.
    private async Task<InstalledTool> InstallToolAsync()
    {
        await Feed;
        return await InstalledTool.InstallAsync(Folder, isNative: false);
    }
}
