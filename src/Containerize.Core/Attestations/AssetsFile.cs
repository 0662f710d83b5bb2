using System.Collections.Immutable;
using System.Text.Json;
using Containerize.Caching;
using Containerize.Diagnostics;

namespace Containerize.Attestations;

/// <summary>A package or project that a restore chose.</summary>
/// <param name="Name">The package's id or the project's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="IsProject">Whether it is a project.</param>
internal sealed record AssetsLibrary(string Name, string Version, bool IsProject)
{
    /// <summary>The names of what it needs.</summary>
    public ImmutableArray<string> Dependencies { get; init; } = [];

    /// <summary>The names, without folders, of the files that an app gets of it.</summary>
    public ImmutableArray<string> Assets { get; init; } = [];

    /// <summary>
    /// The absolute path of the package's folder; null for a project and for a package that is not there.
    /// </summary>
    public string? Folder { get; init; }
}

/// <summary>
/// What <c>project.assets.json</c> says of one framework and runtime: the graph that a restore chose.
/// </summary>
/// <param name="Libraries">By their names, which know no case.</param>
/// <param name="Direct">The names of what the project itself references.</param>
internal sealed record AssetsFile(ImmutableDictionary<string, AssetsLibrary> Libraries, ImmutableArray<string> Direct)
{
    private static readonly string[] AssetGroups = ["runtime", "native", "resource", "runtimeTargets"];

    public static AssetsFile Empty { get; } =
        new(ImmutableDictionary.Create<string, AssetsLibrary>(StringComparer.OrdinalIgnoreCase), []);

    /// <summary>Reads the file.</summary>
    /// <param name="path">The absolute path; empty for none.</param>
    /// <param name="framework">The project's <c>TargetFramework</c>: <c>net10.0</c>.</param>
    /// <param name="runtime">The runtime identifier that it is published for, or empty.</param>
    /// <exception cref="ContainerizeException">CTZ0301 when it is there and cannot be read.</exception>
    public static AssetsFile Read(string path, string framework, string runtime)
    {
        if (path.Length == 0 || !File.Exists(path))
            return Empty;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Of(document.RootElement, framework, runtime);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException
                || CacheFolder.IsFault(exception)
            )
        {
            throw new ContainerizeException(
                DiagnosticTable.AssetsFileUnreadable,
                $"The packages of the project cannot be listed: '{path}' cannot be read: {exception.Message} "
                    + "Restore the project again, or set ContainerSbom to 'none' and ContainerProvenance to 'false'.",
                exception
            );
        }
    }

    private static AssetsFile Of(JsonElement root, string framework, string runtime)
    {
        var roots = Members(root, "packageFolders").Select(folder => folder.Name).ToArray();
        var paths = Members(root, "libraries")
            .Where(library => library.Value.TryGetProperty("path", out _))
            .ToDictionary(
                library => library.Name,
                library => library.Value.GetProperty("path").GetString()!,
                StringComparer.OrdinalIgnoreCase
            );
        var libraries = Members(TargetOf(root, framework, runtime)).Select(library => Read(library, roots, paths));
        var groups = Members(root, "projectFileDependencyGroups").ToArray();
        // Another spelling of the framework is the only one that there is.
        var direct = groups
            .Where(group => group.Name == framework || groups.Length == 1)
            .SelectMany(group => group.Value.EnumerateArray());
        return new(
            libraries.ToImmutableDictionary(library => library.Name, StringComparer.OrdinalIgnoreCase),
            [.. direct.Select(text => text.GetString()!.Split(' ')[0])]
        );
    }

    // 'net10.0/linux-x64', 'net10.0', or with the version of a platform that the project leaves out:
    // 'net10.0-windows7.0'.
    private static JsonElement TargetOf(JsonElement root, string framework, string runtime)
    {
        var name = runtime.Length > 0 ? $"{framework}/{runtime}" : framework;
        var targets = Members(root, "targets").ToArray();
        return targets
            .Where(target => target.Name == name)
            .Concat(
                targets.Where(target =>
                    target.Name.StartsWith(framework, StringComparison.OrdinalIgnoreCase)
                    && target.Name.Contains('/', StringComparison.Ordinal) == (runtime.Length > 0)
                    && target.Name.EndsWith(runtime, StringComparison.Ordinal)
                )
            )
            .Concat(targets.Where(target => target.Name == framework))
            .Select(target => target.Value)
            .FirstOrDefault();
    }

    private static AssetsLibrary Read(JsonProperty library, string[] roots, Dictionary<string, string> paths)
    {
        var slash = library.Name.LastIndexOf('/');
        var isProject = library.Value.TryGetProperty("type", out var type) && type.GetString() == "project";
        var path = isProject ? null : paths.GetValueOrDefault(library.Name);
        return new AssetsLibrary(library.Name[..slash], library.Name[(slash + 1)..], isProject)
        {
            Dependencies = [.. Members(library.Value, "dependencies").Select(dependency => dependency.Name)],
            Assets =
            [
                .. AssetGroups
                    .SelectMany(group => Members(library.Value, group))
                    .Select(asset => asset.Name[(asset.Name.LastIndexOf('/') + 1)..])
                    .Where(name => name != "_._")
                    .Distinct(StringComparer.Ordinal),
            ],
            Folder = path is null
                ? null
                : roots.Select(root => Path.Combine(root, path)).FirstOrDefault(Directory.Exists),
        };
    }

    private static IEnumerable<JsonProperty> Members(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) ? Members(member) : [];

    private static IEnumerable<JsonProperty> Members(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var member in json.EnumerateObject())
            yield return member;
    }
}
