using System.Runtime.Versioning;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tool.Tests;

[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(ToolMachine))]

namespace Containerize.Tool.Tests;

/// <summary>What all tests of a run share: a folder, the installed tool, a registry.</summary>
public sealed class ToolMachine : IAsyncDisposable
{
    private readonly Lazy<Task<DockerRegistry>> _registry;
    private readonly Lazy<Task<InstalledTool>> _tool;
    private readonly Lazy<OciLayout> _small;
    private readonly Lazy<Task<NodePackages>> _outside;

    public ToolMachine()
    {
        _registry = new(() => DockerRegistry.StartAsync(Folder.Create("registry")));
        _tool = new(() => InstalledTool.InstallAsync(Folder, isNative: true));
        _outside = new(() => NodePackages.InstallAsync(Folder.Create("outside")));
        _small = new(() => HandmadeImage.Small.WriteTo(Path.Combine(Folder.Create("small"), "layout")));
    }

    /// <summary>The folder of this run.</summary>
    public TestFolder Folder { get; } = new();

    /// <summary>A registry that lets everybody in.</summary>
    public Task<DockerRegistry> Registry => _registry.Value;

    /// <summary>The tool, packed and installed once.</summary>
    public Task<InstalledTool> Tool => _tool.Value;

    /// <summary>Tools of others from npm, installed once.</summary>
    public Task<NodePackages> Outside => _outside.Value;

    /// <summary>A handmade image of two layers, tagged <c>1.0</c>.</summary>
    public OciLayout Small => _small.Value;

    /// <summary>Runs the tool to its end, whatever its exit code.</summary>
    public async Task<CommandResult> RunAsync(params IEnumerable<string> arguments) =>
        await (await Tool).Command(arguments).RunAsync();

    /// <summary>Runs the tool, which must succeed, and returns what it wrote to standard output.</summary>
    public async Task<string> OutputAsync(params IEnumerable<string> arguments) =>
        (await RunAsync(arguments)).Expect(0).Output;

    public async ValueTask DisposeAsync()
    {
        if (_registry.IsValueCreated)
            await (await Registry).DisposeAsync();
        Folder.Dispose();
    }
}
