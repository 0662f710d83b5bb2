using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.Tasks;

namespace Containerize.Task.Tests;

/// <summary>What a lock file knows of NuGet packages, from one run to the next.</summary>
public sealed partial class PackageHistoryTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public void A_run_makes_the_image_of_the_lock_that_it_writes_and_a_package_that_changed_is_a_layer()
    {
        var without = Run(_app, "4.2.0");
        Assert.Equal(["dependencies", "host", "app"], without.Layers);
        // A history without a change.
        Assert.Equal(without, Run(_app, "4.2.0", isUpdate: true));
        Assert.Equal(without, Run(_app, "4.2.0"));

        // A run that only reads the lock does not count.
        var read = File.ReadAllText(LockFile(_app));
        Assert.Equal(without.Layers, Run(_app, "4.3.0").Layers);
        Assert.Equal(read, File.ReadAllText(LockFile(_app)));

        var written = Run(_app, "4.3.0", isUpdate: true);
        Assert.Contains("~ NuGet Serilog 4.2.0 -> 4.3.0", _app.Engine.Log, StringComparison.Ordinal);
        Assert.Equal(["dependencies-serilog", "dependencies", "host", "app"], written.Layers);
        Assert.Equal(written, Run(_app, "4.3.0"));
        Assert.Equal(written, Run(_app, "4.3.0", isUpdate: true));

        // Another machine, with the same sources.
        using var other = new PublishedApp();
        File.Copy(LockFile(_app), LockFile(other));
        Assert.Equal(written, Run(other, "4.3.0"));
        File.Delete(LockFile(other));
        Assert.Equal(without.Layers, Run(other, "4.3.0").Layers);
    }

    [Fact]
    public void The_plan_of_a_run_that_would_write_the_lock_has_its_layers_and_writes_nothing()
    {
        Run(_app, "4.2.0", isUpdate: true);
        var before = File.ReadAllText(LockFile(_app));
        using var task = TaskOf(_app, "4.3.0", isUpdate: true);
        task.PlanOnly = true;
        Assert.True(task.Execute());
        Assert.Contains("dependencies-serilog", _app.Engine.Log, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(LockFile(_app)));
    }

    [Fact]
    public void A_lock_with_another_history_is_another_run()
    {
        Run(_app, "4.2.0", isUpdate: true);
        var first = Run(_app, "4.2.0");
        File.WriteAllText(
            LockFile(_app),
            File.ReadAllText(LockFile(_app)).Replace("\"changes\": 0", "\"changes\": 3", StringComparison.Ordinal)
        );
        Assert.NotEqual(first, Run(_app, "4.2.0"));
    }

    [Fact]
    public async System.Threading.Tasks.Task Layers_that_are_packed_ahead_are_those_of_the_lock()
    {
        Run(_app, "4.2.0", isUpdate: true);
        Run(_app, "4.3.0", isUpdate: true);
        using var run = TaskOf(_app, "4.3.0", isUpdate: false);
        run.CacheDirectory = Path.Combine(_app.Folder, "other-cache");
        run.MetadataPath = Path.Combine(_app.Folder, "image.json");
        using var ahead = new PackAhead
        {
            BuildEngine = _app.Engine,
            ProjectFile = run.ProjectFile,
            PublishFolder = run.PublishFolder,
            IntermediateFolder = run.IntermediateFolder,
            DefaultOutputFolder = run.DefaultOutputFolder,
            AssemblyName = run.AssemblyName,
            RuntimeIdentifier = run.RuntimeIdentifier,
            CacheDirectory = run.CacheDirectory,
            LockFile = run.LockFile,
            PublishedFiles = [.. run.PublishedFiles.Where(item => item.GetMetadata("NuGetPackageId").Length > 0)],
            OtherNames = ["shop", "shop.dll"],
        };
        Assert.True(ahead.Execute());
        var records = Path.Combine(run.CacheDirectory, "layers");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!Directory.Exists(records) || Directory.GetFiles(records).Count(IsWhole) < 2)
            await System.Threading.Tasks.Task.Delay(20, patience.Token);
        _app.Engine.EndBuild();

        // A build that knows nothing of who packed them.
        run.BuildEngine = new FakeBuildEngine();
        Assert.True(run.Execute());
        Assert.Equal(
            ["dependencies-serilog cache", "dependencies cache", "host built", "app built"],
            JsonNode.Parse(await File.ReadAllTextAsync(run.MetadataPath, TestContext.Current.CancellationToken))![
                "layers"
            ]!
                .AsArray()
                .Select(layer => $"{layer!["name"]} {layer["origin"]}")
        );

        static bool IsWhole(string file) => !Path.GetFileName(file).StartsWith('.');
    }

    private sealed record Made(string Digest, string Names)
    {
        public string[] Layers => Names.Split(' ');
    }

    private static string LockFile(PublishedApp app) => Path.Combine(app.Folder, "container.lock.json");

    private static BuildImage TaskOf(PublishedApp app, string version, bool isUpdate)
    {
        app.Write("Serilog.dll", $"version {version}");
        app.Write("Quiet.dll", "never changes");
        var task = app.Task();
        var changing = app.Item("Serilog.dll", "Serilog");
        changing.SetMetadata("NuGetPackageVersion", version);
        task.PublishedFiles =
        [
            .. task.PublishedFiles.Where(item => item.GetMetadata("NuGetPackageId").Length == 0),
            changing,
            app.Item("Quiet.dll", "Acme.Quiet"),
        ];
        if (isUpdate || File.Exists(LockFile(app)))
            task.LockFile = LockFile(app);
        task.UpdateLock = isUpdate;
        return task;
    }

    private static Made Run(PublishedApp app, string version, bool isUpdate = false)
    {
        using var task = TaskOf(app, version, isUpdate);
        Assert.True(task.Execute(), string.Join('\n', app.Engine.Errors.Select(error => error.Message)));
        return new(
            app.Digest(),
            string.Join(
                ' ',
                app.Config()["history"]!
                    .AsArray()
                    .Select(entry => LayerName().Match((string?)entry!["created_by"] ?? "").Groups[1].Value)
                    .Where(name => name.Length > 0)
            )
        );
    }

    [GeneratedRegex(@"^ADD (.+)\.tar /$")]
    private static partial Regex LayerName();
}
