using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Reproducibility;
using Containerize.Stores;
using Containerize.Stores.Layouts;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// Publishes the project in its folder and twice in a copy elsewhere, and says what differs between the images and why.
/// </summary>
public sealed class CheckReproducible : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Whether the project makes something that runs: not a library, not a test.</summary>
    public bool ProjectCanRun { get; set; }

    /// <summary>The full path of the program <c>dotnet</c>; empty to look for it where programs are.</summary>
    public string Dotnet { get; set; } = "";

    /// <summary>What NuGet knows of the project, with all projects that it references; it need not exist.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>Projects and files that the project names.</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>Folders that builds of the project write into, relative to it; <c>;</c> between them.</summary>
    public string MadeFolders { get; set; } = "";

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
            // Links of the copy are removed as links.
            if (folder is not null)
                Directory.Delete(folder, recursive: true);
        }

        return !Log.HasLoggedErrors;
    }

    private async System.Threading.Tasks.Task RunAsync(string folder, CancellationToken cancellationToken)
    {
        if (!ProjectCanRun)
            throw new ContainerizeException(
                DiagnosticTable.VerifyFailed,
                $"'{ProjectFile}' makes nothing that a container could run, so there is nothing to verify: it "
                    + "is a library, a test project or not publishable."
            );
        var begin = DateTimeOffset.UtcNow;
        // The sources as they are now: what a publish here writes beside them is not among them.
        var tree = SourceTree.Of(
            ProjectFile,
            [.. Inputs.Select(input => input.GetMetadata("FullPath")), .. ReferencedProjects()]
        );
        var copy = Path.Combine(folder, "another", "and-a-deeper", "folder");
        tree.CopyTo(copy, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), [folder, .. Made()], cancellationToken);
        var home = Publish(ProjectFile, Path.Combine(folder, "home"), Properties(), Surroundings.Plain());
        await home.RunAsync(cancellationToken).ConfigureAwait(false);

        // Another folder, second, zone, language, user and umask, one core, and files of another time.
        var moved = Publish(
            tree.In(copy, ProjectFile),
            Path.Combine(folder, "moved"),
            Properties()
                .ToImmutableSortedDictionary(
                    pair => pair.Key,
                    pair => Moved(pair.Value),
                    StringComparer.OrdinalIgnoreCase
                ),
            Surroundings.Plain().SetItems(Surroundings.Elsewhere)
        );
        if (!OperatingSystem.IsWindows())
            moved = moved with { Prefix = ["sh", "-c", "umask 077; exec \"$@\"", "sh"] };
        await moved.RunAsync(cancellationToken).ConfigureAwait(false);
        var again = moved with { Folder = Path.Combine(folder, "again") };
        await again.RunAsync(cancellationToken).ConfigureAwait(false);

        var traces = new BuildTraces(folder, begin, DateTimeOffset.UtcNow) { Home = tree.Root };
        var causes =
            await CompareAsync(
                    home,
                    moved,
                    "A publish here and one of a copy of the sources in another folder",
                    traces with
                    {
                        OnlyFirst = ": an earlier publish left it here, or nothing that the copy has makes it",
                        OnlySecond = ": something here keeps it away",
                    },
                    cancellationToken
                )
                .ConfigureAwait(false)
            + await CompareAsync(
                    moved,
                    again,
                    "A publish and the next one in the same folder",
                    traces with
                    {
                        OnlyFirst = ": the next publish does not make it",
                        OnlySecond = ": the first publish wrote it where the second takes it from",
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        if (causes.Length > 0)
            throw new ContainerizeException(DiagnosticTable.NotReproducible, causes.TrimEnd());
        Log.LogResult(ProjectFile, $"Verified: publishes here and in another folder give {Made(home).Digest}");

        // What lies in the tree lies in the copy.
        string Moved(string value) =>
            Path.IsPathFullyQualified(value) && value.StartsWith(tree.Root, StringComparison.Ordinal)
                ? tree.In(copy, value)
                : value;
    }

    // Empty when the images are one.
    private static async Task<string> CompareAsync(
        CleanPublish first,
        CleanPublish second,
        string what,
        BuildTraces traces,
        CancellationToken cancellationToken
    )
    {
        var (one, other) = (Made(first), Made(second));
        if (one.Digest == other.Digest)
            return "";
        var lines = new List<string>();
        foreach (var platform in one.Platforms)
        {
            var differences = await BuildComparison
                .CompareAsync(
                    await ReadAsync(first, platform, cancellationToken).ConfigureAwait(false),
                    await ReadAsync(second, platform, cancellationToken).ConfigureAwait(false),
                    traces,
                    cancellationToken
                )
                .ConfigureAwait(false);
            lines.AddRange(
                differences.Select(difference => $"\n  {(one.Platforms.Length > 1 ? $"{platform}: " : "")}{difference}")
            );
        }

        return $"{what} give {one.Digest} and {other.Digest}.{string.Concat(lines)}\n";
    }

    private CleanPublish Publish(
        string project,
        string folder,
        ImmutableSortedDictionary<string, string> properties,
        ImmutableSortedDictionary<string, string?> surroundings
    ) => new(Dotnet.Length > 0 ? Dotnet : "dotnet", project, folder, properties, surroundings);

    private IEnumerable<string> ReferencedProjects()
    {
        if (!File.Exists(AssetsFile))
            return [];
        var libraries = JsonNode.Parse(File.ReadAllText(AssetsFile))!["libraries"] as JsonObject ?? [];
        return libraries
            .Select(library => (string?)library.Value!["msbuildProject"])
            .OfType<string>()
            .Select(path => Path.GetFullPath(path, Path.GetDirectoryName(ProjectFile)!));
    }

    private IEnumerable<string> Made() =>
        SettingList.Parse(MadeFolders).Select(path => Path.GetFullPath(path, Path.GetDirectoryName(ProjectFile)!));

    private ImmutableSortedDictionary<string, string> Properties() =>
        ((IBuildEngine6)BuildEngine)
            .GetGlobalProperties()
            .Where(pair =>
                !pair.Key.StartsWith('_')
                && !pair.Key.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)
                && !IsRestores(pair.Key)
            )
            .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    private static bool IsRestores(string property) => property is "ExcludeRestorePackageImports" or "NuGetInteractive";

    private static (string Digest, ImmutableArray<Platform> Platforms) Made(CleanPublish publish)
    {
        var json = JsonNode.Parse(File.ReadAllText(publish.Metadata))!;
        var platforms = json["platforms"] is JsonArray several
            ? several.Select(platform => (string)platform!["platform"]!)
            : [(string)json["platform"]!];
        return ((string)json["digest"]!, [.. platforms.Select(ReadPlatform)]);
    }

    private static Platform ReadPlatform(string text) =>
        text.Split('/') switch
        {
            [var os, var architecture, var variant] => new Platform(os, architecture, variant),
            var parts => new Platform(parts[0], parts[1]),
        };

    private static Task<Image> ReadAsync(
        CleanPublish publish,
        Platform platform,
        CancellationToken cancellationToken
    ) =>
        new OciLayoutSource(new ImageLocation(publish.Layout, CleanPublish.Tag)).PullAsync(platform, cancellationToken);
}
