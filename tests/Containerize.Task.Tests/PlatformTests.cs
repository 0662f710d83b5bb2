using Containerize.Tasks;
using Microsoft.Build.Utilities;

namespace Containerize.Task.Tests;

/// <summary>Several platforms: looked at before any is published, then joined by an index.</summary>
public sealed class PlatformTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public void Each_runtime_identifier_counts_once()
    {
        var task = Plan("linux-x64; linux-arm64;linux-x64;");
        Assert.True(task.Execute());
        Assert.Equal(["linux-x64", "linux-arm64"], task.Platforms);
    }

    [Fact]
    public void Two_C_libraries_fit_no_inferred_base()
    {
        var task = Plan("linux-x64;linux-musl-arm64");
        Assert.False(task.Execute());
        Assert.Matches("^CTZ[0-9]{4}$", Assert.Single(_app.Engine.Codes));
    }

    [Fact]
    public void A_platform_that_was_not_restored_is_an_error()
    {
        var task = Plan("linux-x64;linux-arm64");
        task.AssetsFile = Path.Combine(_app.Folder, "project.assets.json");
        File.WriteAllText(task.AssetsFile, """{"targets":{"net10.0/linux-x64":{}}}""");
        Assert.False(task.Execute());
        var error = Assert.Single(_app.Engine.Errors);
        Assert.Contains("linux-arm64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_runtime_identifier_of_the_command_line_is_an_error()
    {
        var engine = new FakeBuildEngine { GlobalProperties = { ["RuntimeIdentifier"] = "linux-arm64" } };
        var task = Plan("linux-x64");
        (task.BuildEngine, task.Setting, task.RuntimeIdentifier) = (
            engine,
            "ContainerRuntimeIdentifier",
            "linux-arm64"
        );
        Assert.False(task.Execute());
        Assert.Contains("linux-arm64", Assert.Single(engine.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_wait_become_one_index()
    {
        var waiting = new[] { "linux-x64", "linux-arm64" }.Select(Build).ToArray();
        using var task = new PushPlatforms
        {
            BuildEngine = _app.Engine,
            ProjectFile = Path.Combine(_app.Folder, "shop.csproj"),
            PublishFolder = _app.Published,
            IntermediateFolder = Path.Combine(_app.Folder, "obj"),
            DefaultOutputFolder = Path.Combine(_app.Folder, "bin"),
            CacheDirectory = Path.Combine(_app.Folder, "cache"),
            AssemblyName = "shop",
            OciLayoutPath = _app.Layout,
            Platforms = waiting,
        };
        Assert.True(task.Execute(), string.Join('\n', _app.Engine.Errors.Select(error => error.Message)));
        Assert.Equal("application/vnd.oci.image.index.v1+json", task.GeneratedMediaType);
        Assert.Equal(_app.Digest(), task.GeneratedDigest);
        Assert.Equal(
            ["linux/amd64", "linux/arm64/v8"],
            task.GeneratedContainers.Select(container => container.GetMetadata("Platform")).Order()
        );
        Assert.Contains("linux", task.GeneratedIndex, StringComparison.Ordinal);
    }

    private TaskItem Build(string identifier)
    {
        using var task = _app.Task();
        task.RuntimeIdentifier = identifier;
        task.IntermediateFolder = Path.Combine(_app.Folder, "obj", identifier);
        task.PlatformLayout = Path.Combine(_app.Folder, "obj", identifier, "waiting");
        Assert.True(task.Execute(), string.Join('\n', _app.Engine.Errors.Select(error => error.Message)));
        return new TaskItem(
            task.PlatformLayout,
            new Dictionary<string, string> { ["RuntimeIdentifier"] = identifier, ["Base"] = task.GeneratedBase }
        );
    }

    private PlanPlatforms Plan(string identifiers) =>
        new()
        {
            BuildEngine = _app.Engine,
            ProjectFile = "shop.csproj",
            RuntimeIdentifiers = identifiers,
            Setting = "ContainerRuntimeIdentifiers",
        };
}
