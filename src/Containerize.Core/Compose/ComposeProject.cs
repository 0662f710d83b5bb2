using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;

namespace Containerize.Compose;

/// <summary>
/// Compose files, as far as they are about building: one laid over the other, with what they include and extend,
/// variables replaced and paths absolute (compose-spec.io; what it leaves open is as <c>docker compose build</c> has
/// it).
/// </summary>
internal sealed class ComposeProject
{
    private const int DeepestExtension = 20;

    private static readonly ImmutableArray<string> UsualNames =
    [
        "compose.yaml",
        "compose.yml",
        "docker-compose.yaml",
        "docker-compose.yml",
    ];

    private readonly JsonObject _tree;
    private readonly string _folder;
    private readonly ComposeVariables _variables;
    private readonly ComposeNesting _nesting;

    private ComposeProject(JsonObject tree, string folder, ComposeVariables variables, ComposeNesting nesting) =>
        (_tree, _folder, _variables, _nesting) = (tree, folder, variables, nesting);

    /// <summary>The project's name, which images without a name begin with.</summary>
    public string Name =>
        ComposeTree.Text(_tree["name"], "name")
        ?? _variables.Values.GetValueOrDefault("COMPOSE_PROJECT_NAME")
        ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(_folder));

    /// <summary>The variables, with those of <c>.env</c>.</summary>
    public ComposeVariables Variables => _variables;

    /// <summary>The services by name, each with <c>build</c> as a mapping.</summary>
    public ImmutableSortedDictionary<string, JsonObject> Services { get; private set; } =
        ImmutableSortedDictionary.Create<string, JsonObject>(StringComparer.Ordinal);

    /// <summary>The secrets by name.</summary>
    public JsonObject Secrets => _tree["secrets"] as JsonObject ?? [];

    /// <summary>Reads a project.</summary>
    /// <param name="paths">
    /// Absolute paths of files, each over those before it; of a folder its usual file, with its override over it.
    /// </param>
    /// <param name="environment">The variables of the environment.</param>
    /// <param name="warn">Takes a sentence about a variable that has no value, once for each.</param>
    /// <exception cref="ContainerizeException">CTZ0340, CTZ0341, CTZ0342.</exception>
    public static ComposeProject Read(
        ImmutableArray<string> paths,
        IReadOnlyDictionary<string, string> environment,
        Action<string> warn
    )
    {
        var unset = new HashSet<string>(StringComparer.Ordinal);
        return Read(
            paths,
            null,
            new ComposeVariables(
                environment.ToImmutableDictionary(StringComparer.Ordinal),
                name =>
                {
                    if (unset.Add(name))
                        warn($"The variable {name} is not set and stands for nothing. Set it, or write ${{{name}:-}}.");
                }
            ),
            ComposeNesting.Start()
        );
    }

    private static ComposeProject Read(
        ImmutableArray<string> paths,
        string? projectFolder,
        ComposeVariables environment,
        ComposeNesting above
    )
    {
        var nesting = above.Enter(paths[0]);
        ImmutableArray<string> files = [.. paths.SelectMany(FilesOf)];
        var folder = projectFolder ?? Path.GetDirectoryName(files[0])!;
        var variables = environment.WithFileIn(folder);
        var tree = new JsonObject();
        foreach (var file in files)
            tree = (JsonObject)ComposeTree.Merge(tree, ReadFile(file, folder, variables, nesting))!;
        var project = new ComposeProject(tree, folder, variables, nesting);
        var services = tree["services"] as JsonObject ?? [];
        project.Services = services.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => WithContext(project.Extended(services, pair.Key, 0), folder),
            StringComparer.Ordinal
        );
        return project;
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        var usual =
            UsualNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? throw ComposeYaml.Invalid(path, $"there is no {string.Join(" or ", UsualNames)} in it");
        var above = UsualNames
            .Select(name => Path.Combine(path, Path.ChangeExtension(name, ".override") + Path.GetExtension(name)))
            .FirstOrDefault(File.Exists);
        return above is null ? [usual] : [usual, above];
    }

    private static JsonNode? ReadFile(string file, string folder, ComposeVariables variables, ComposeNesting nesting)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ComposeYaml.Invalid(file, $"it cannot be read: {exception.Message}");
        }

        // What is about running may have variables that a build does not need.
        var tree = ComposeYaml.Read(file, text);
        var needed = new JsonObject();
        foreach (var name in new[] { "name", "services", "secrets", "include" })
            needed[name] = name == "services" ? ServicesOf(tree[name], file) : tree[name]?.DeepClone();
        var replaced = (JsonObject)
            ComposeTree.Replace(needed, "", (value, at) => variables.Expand(value, $"{file}: {at}"))!;
        MakeAbsolute(replaced, folder);
        JsonNode? below = new JsonObject();
        foreach (var included in replaced["include"] as JsonArray ?? [])
            below = ComposeTree.Merge(below, Included(included, file, folder, variables, nesting));
        replaced.Remove("include");
        return ComposeTree.Merge(below, replaced);
    }

    private static JsonObject Included(
        JsonNode? entry,
        string file,
        string folder,
        ComposeVariables variables,
        ComposeNesting nesting
    )
    {
        var place = $"{file}: include";
        var paths = entry is JsonObject mapping ? mapping["path"] : entry;
        ImmutableArray<string> files =
        [
            .. (
                paths is JsonArray list ? ComposeTree.Texts(list, place) : [ComposeTree.Text(paths, place) ?? ""]
            ).Select(path => Path.GetFullPath(path, folder)),
        ];
        var own = ComposeTree.Text((entry as JsonObject)?["project_directory"], place);
        var project = Read(files, own is null ? null : Path.GetFullPath(own, folder), variables, nesting);
        var services = new JsonObject();
        foreach (var (name, service) in project.Services)
            services[name] = service.DeepClone();
        return new JsonObject { ["services"] = services, ["secrets"] = project.Secrets.DeepClone() };
    }

    private static JsonObject ServicesOf(JsonNode? node, string file)
    {
        var all = new JsonObject();
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            var service =
                value as JsonObject
                ?? throw ComposeYaml.Invalid($"{file}: services.{name}", "a mapping is needed here");
            all[name] = ComposeBuildKeys.Normalize(service, $"{file}: services.{name}");
        }

        return all;
    }

    private static void MakeAbsolute(JsonObject tree, string folder)
    {
        foreach (var (_, service) in tree["services"] as JsonObject ?? [])
            ComposeBuildKeys.MakeAbsolute((JsonObject)service!, folder);
        foreach (var (_, secret) in tree["secrets"] as JsonObject ?? [])
        {
            if (secret is JsonObject given && ComposeTree.Text(given["file"], "secrets") is { } file)
                given["file"] = Path.GetFullPath(file, folder);
        }
    }

    // What extends a service has its context, so the default comes last.
    private static JsonObject WithContext(JsonObject service, string folder)
    {
        if (service["build"] is JsonObject build && build["context"] is null)
            build["context"] = folder;
        return service;
    }

    private JsonObject Extended(JsonObject services, string name, int depth)
    {
        var service = (JsonObject)services[name]!;
        if (service["extends"] is not { } extends)
            return service;
        var place = $"services.{name}.extends";
        if (depth > DeepestExtension)
            throw ComposeYaml.Invalid(place, "services extend each other in a circle");
        var wanted = ComposeTree.Text(extends is JsonObject mapping ? mapping["service"] : extends, place) ?? "";
        JsonObject? below;
        if ((extends as JsonObject)?["file"] is { } file)
        {
            var path = Path.GetFullPath(ComposeTree.Text(file, place)!, _folder);
            below = Read([path], Path.GetDirectoryName(path), _variables, _nesting).Services.GetValueOrDefault(wanted);
        }
        else
        {
            below = services.ContainsKey(wanted) ? Extended(services, wanted, depth + 1) : null;
        }

        if (below is null)
            throw new ContainerizeException(
                DiagnosticTable.ComposeService,
                $"{place}: there is no service '{wanted}' in it."
            );
        var merged = (JsonObject)ComposeTree.Merge(below, service)!;
        merged.Remove("extends");
        return merged;
    }
}
