using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Reproducibility;
using Containerize.Stores;
using Containerize.Stores.Layout;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Publishes the project twice, each time from nothing, and says what differs between the images and why.</summary>
public sealed class VerifyImage : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Whether the project makes something that runs: not a library, not a test.</summary>
    public bool ProjectCanRun { get; set; }

    /// <summary>The full path of the program <c>dotnet</c>; empty to look for it where programs are.</summary>
    public string Dotnet { get; set; } = "";

    /// <summary>The full path of the targets that projects of a clean publish import.</summary>
    [Required]
    public string CleanBuildTargets { get; set; } = "";

    public void Cancel() => _cancellation.Cancel();

    public void Dispose() => _cancellation.Dispose();

    public override bool Execute()
    {
        string? folder = null;
        try
        {
            folder = TemporaryDirectory.Create(Path.GetTempPath(), "containerize-verify-");
            RunAsync(folder, _cancellation.Token).GetAwaiter().GetResult();
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }
        catch (Exception exception) when (FullDisk.Of(exception) is { } full)
        {
            Log.ErrorCoded(ProjectFile, full);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            // Links to the root are removed as links.
            if (folder is not null)
                Directory.Delete(folder, recursive: true);
        }

        return !Log.HasLoggedErrors;
    }

    private async System.Threading.Tasks.Task RunAsync(string folder, CancellationToken cancellationToken)
    {
        if (!ProjectCanRun)
            throw new ContainerizeException(DiagnosticTable.VerifyFailed,
                $"'{ProjectFile}' makes nothing that a container could run, so there is nothing to verify: it is a library, a test project or not publishable.");
        var begin = DateTimeOffset.UtcNow;
        var first = Publish(Path.Combine(folder, "1"), ImmutableSortedDictionary<string, string?>.Empty);
        await first.RunAsync(cancellationToken).ConfigureAwait(false);
        // Another second, another zone, another language, another umask, one core, and a path of another length.
        var second = Publish(Path.Combine(folder, "another"), ImmutableSortedDictionary<string, string?>.Empty
            .Add("TZ", "Pacific/Kiritimati").Add("LANG", "tr_TR.UTF-8").Add("LC_ALL", "tr_TR.UTF-8").Add("DOTNET_PROCESSOR_COUNT", "1"));
        await (OperatingSystem.IsWindows() ? second : second with { Prefix = ["sh", "-c", "umask 077; exec \"$@\"", "sh"] }).RunAsync(cancellationToken).ConfigureAwait(false);
        await CompareAsync(first, second, new BuildTraces(folder, begin, DateTimeOffset.UtcNow), cancellationToken).ConfigureAwait(false);
    }

    private async System.Threading.Tasks.Task CompareAsync(CleanPublish first, CleanPublish second, BuildTraces traces, CancellationToken cancellationToken)
    {
        var (one, other) = (Made(first), Made(second));
        if (one.Digest == other.Digest)
        {
            Log.LogResult(ProjectFile, $"Verified: two publishes from clean folders give {one.Digest}");
            return;
        }

        var lines = new List<string>();
        foreach (var platform in one.Platforms)
        {
            var differences = await BuildComparison.CompareAsync(await ReadAsync(first, platform, cancellationToken).ConfigureAwait(false),
                await ReadAsync(second, platform, cancellationToken).ConfigureAwait(false), traces, cancellationToken).ConfigureAwait(false);
            lines.AddRange(differences.Select(difference => $"\n  {(one.Platforms.Length > 1 ? $"{platform}: " : "")}{difference}"));
        }

        throw new ContainerizeException(DiagnosticTable.NotReproducible,
            $"Two publishes of the project from clean folders give {one.Digest} and {other.Digest}.{string.Concat(lines)}");
    }

    private CleanPublish Publish(string folder, ImmutableSortedDictionary<string, string?> surroundings) => new(
        Dotnet.Length > 0 ? Dotnet : "dotnet", ProjectFile, folder, Properties(), Surroundings().SetItems(surroundings))
    {
        Targets = CleanBuildTargets,
    };

    private ImmutableSortedDictionary<string, string> Properties() => ((IBuildEngine6)BuildEngine).GetGlobalProperties()
        .Where(pair => !pair.Key.StartsWith('_') && !pair.Key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) && !IsRestores(pair.Key))
        .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    private static bool IsRestores(string property) => property is "ExcludeRestorePackageImports" or "NuGetInteractive";

    // Nothing of this build reaches the other: not MSBuild's variables, not its servers.
    private static ImmutableSortedDictionary<string, string?> Surroundings() => System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToImmutableSortedDictionary(name => name, _ => (string?)null)
        .SetItem("MSBUILDDISABLENODEREUSE", "1").SetItem("DOTNET_CLI_USE_MSBUILD_SERVER", "0").SetItem("DOTNET_CLI_UI_LANGUAGE", "en").SetItem("DOTNET_NOLOGO", "1")
        .SetItem("GITHUB_OUTPUT", null).SetItem("TF_BUILD", null);

    private static (string Digest, ImmutableArray<Platform> Platforms) Made(CleanPublish publish)
    {
        var json = JsonNode.Parse(File.ReadAllText(publish.Metadata))!;
        var platforms = json["platforms"] is JsonArray several ? several.Select(platform => (string)platform!["platform"]!) : [(string)json["platform"]!];
        return ((string)json["digest"]!, [.. platforms.Select(ReadPlatform)]);
    }

    private static Platform ReadPlatform(string text) => text.Split('/') switch
    {
        [var os, var architecture, var variant] => new Platform(os, architecture, variant),
        var parts => new Platform(parts[0], parts[1]),
    };

    private static Task<Image> ReadAsync(CleanPublish publish, Platform platform, CancellationToken cancellationToken) =>
        new OciLayoutSource(new ImageLocation(publish.Layout, CleanPublish.Tag)).PullAsync(platform, cancellationToken);
}
