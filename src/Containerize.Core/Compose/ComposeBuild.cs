using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Compose;

/// <summary>The build of one service, as options of <c>containerize build</c>.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Context">The context: an absolute path or an address.</param>
/// <param name="Names">The image's names, one at least.</param>
/// <param name="Options">Options with their values, paths absolute.</param>
/// <param name="DockerfileText">The Dockerfile where the Compose file holds it; null otherwise.</param>
/// <param name="Services">The names of contexts that are other services' images, with these services.</param>
/// <param name="Variables">What secrets with <c>environment</c> have their values from: the environment, and below it
/// <c>.env</c>.</param>
public sealed record ComposeBuild(
    string Service,
    string Context,
    ImmutableArray<string> Names,
    ImmutableArray<string> Options,
    string? DockerfileText,
    ImmutableArray<(string Name, string Service)> Services,
    ImmutableDictionary<string, string> Variables
)
{
    /// <summary>Whether the file says what the image is called. Otherwise its first name is made of those of the
    /// project and the service, and nothing pushes it.</summary>
    public bool HasImage { get; private init; }

    // A cache of our own does what these are for; documents about an image are not made for a Dockerfile.
    private static readonly string[] WithoutEffect = ["cache_from", "cache_to", "isolation", "provenance", "sbom"];

    /// <summary>Reads the build of a service.</summary>
    /// <param name="project">The project.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="warn">Takes a sentence about what has no effect.</param>
    /// <exception cref="ContainerizeException">CTZ0340, CTZ0343.</exception>
    internal static ComposeBuild Of(ComposeProject project, string service, Action<string> warn)
    {
        var (tree, place) = (project.Services[service], $"services.{service}.build");
        var build = (JsonObject)tree["build"]!;
        foreach (var name in WithoutEffect.Where(name => build[name] is not null))
            warn(
                name.StartsWith("cache_", StringComparison.Ordinal)
                    ? $"{place}.{name} has no effect here: the cache of this machine is used. For one in a registry "
                        + $"write '--{name.Replace('_', '-')} registry.example/shop:cache' on the command line, for "
                        + "all services."
                    : $"{place}.{name} has no effect here, and nothing else depends on it."
            );
        if (Text("privileged") is "true")
            throw Unsupported($"{place}.privileged", "commands of a build never leave their sandbox. Remove it");
        var context = Text("context") ?? ".";
        var inline = Text("dockerfile_inline");
        if (inline is not null && Text("dockerfile") is not null)
            throw ComposeYaml.Invalid(place, "dockerfile and dockerfile_inline are both given. Remove one");
        var contexts = build["additional_contexts"] as JsonObject ?? [];
        var images = contexts
            .Select(pair => (pair.Key, Value: ComposeTree.Text(pair.Value, place) ?? ""))
            .ToLookup(pair => pair.Value.StartsWith(ComposeBuildKeys.ServicePrefix, StringComparison.Ordinal));
        var platforms = ComposeTree.Texts(build["platforms"], $"{place}.platforms").ToList();
        var image = ComposeTree.Text(tree["image"], $"services.{service}.image");
        ImmutableArray<string?> names =
        [
            image ?? RepositoryName.Normalize($"{project.Name}-{service}"),
            .. ComposeTree.Texts(build["tags"], $"{place}.tags"),
        ];
        return new ComposeBuild(
            service,
            context,
            [.. names.OfType<string>().Distinct(StringComparer.Ordinal)],
            [
                .. Option(
                    "--file",
                    Text("dockerfile") is { } file
                        ? [ComposeBuildKeys.IsRemote(context) ? file : Path.GetFullPath(file, context)]
                        : []
                ),
                .. Option("--target", Text("target") is { } target ? [target] : []),
                .. Option(
                    "--platform",
                    platforms.Count > 0 ? platforms
                        : ComposeTree.Text(tree["platform"], place) is { } own ? [own]
                        : []
                ),
                .. Option("--build-arg", Arguments(build["args"] as JsonObject, project.Variables, $"{place}.args")),
                .. Option(
                    "--label",
                    (build["labels"] as JsonObject ?? []).Select(pair =>
                        $"{pair.Key}={ComposeTree.Text(pair.Value, place)}"
                    )
                ),
                .. Option("--build-context", images[false].Select(pair => $"{pair.Key}={pair.Value}")),
                .. Option(
                    "--secret",
                    (build["secrets"] as JsonArray ?? []).Select(entry => Secret(project, entry, $"{place}.secrets"))
                ),
                .. Option(
                    "--ssh",
                    build["ssh"] is JsonValue one
                        ? [one.GetValue<string>()]
                        : ComposeTree
                            .Pairs(build["ssh"], $"{place}.ssh")
                            .Select(pair =>
                                pair.Value is null ? pair.Key : $"{pair.Key}={ComposeTree.Text(pair.Value, place)}"
                            )
                ),
                .. Option("--network", Text("network") is { } network ? [Network(network, $"{place}.network")] : []),
                .. Option("--shm-size", Text("shm_size") is { } size ? [size] : []),
                .. Option(
                    "--ulimit",
                    (build["ulimits"] as JsonObject ?? []).Select(pair =>
                        Limit(pair.Key, pair.Value, $"{place}.ulimits")
                    )
                ),
                .. Option("--add-host", ComposeTree.Texts(build["extra_hosts"], $"{place}.extra_hosts")),
                .. Option(
                    "--allow",
                    ComposeTree
                        .Texts(build["entitlements"], place)
                        .Select(text =>
                            text == "network.host"
                                ? text
                                : throw Unsupported(
                                    $"{place}.entitlements",
                                    $"'{text}' is not given to a build here: nothing leaves the sandbox. Remove it"
                                )
                        )
                ),
                .. Option("--no-cache-filter", ComposeTree.Texts(build["no_cache_filter"], $"{place}.no_cache_filter")),
                .. Text("no_cache") is "true" ? ["--no-cache"] : Array.Empty<string>(),
                .. Text("pull") is "true" ? ["--pull"] : Array.Empty<string>(),
            ],
            inline,
            [.. images[true].Select(pair => (pair.Key, pair.Value[ComposeBuildKeys.ServicePrefix.Length..]))],
            project.Variables.Values
        )
        {
            HasImage = image is not null,
        };

        string? Text(string name) => ComposeTree.Text(build[name], $"{place}.{name}");
    }

    private static IEnumerable<string> Option(string name, IEnumerable<string> values) =>
        values.SelectMany(value => new[] { name, value });

    // A name alone has the value of the environment or of .env; without one the Dockerfile's own counts.
    private static IEnumerable<string> Arguments(JsonObject? arguments, ComposeVariables variables, string place) =>
        (arguments ?? [])
            .Select(pair =>
                (pair.Key, Value: ComposeTree.Text(pair.Value, place) ?? variables.Values.GetValueOrDefault(pair.Key))
            )
            .Where(pair => pair.Value is not null)
            .Select(pair => $"{pair.Key}={pair.Value}");

    private static string Secret(ComposeProject project, JsonNode? entry, string place)
    {
        var source = ComposeTree.Text(entry is JsonObject given ? given["source"] : entry, place) ?? "";
        var id = ComposeTree.Text((entry as JsonObject)?["target"], place) ?? source;
        var secret =
            project.Secrets[source] as JsonObject
            ?? throw ComposeYaml.Invalid(
                place,
                $"'{source}' is no secret of the file: 'secrets:' at its end names none of that name"
            );
        return ComposeTree.Text(secret["file"], place) is { } file ? $"id={id},src={file}"
            : ComposeTree.Text(secret["environment"], place) is { } variable ? $"id={id},env={variable}"
            : throw Unsupported(
                place,
                $"the secret '{source}' has neither 'file' nor 'environment'. Give it one of them"
            );
    }

    private static string Network(string name, string place) =>
        name is "default" or "none" or "host"
            ? name
            : throw Unsupported(place, $"there is no network '{name}' at build time. Write default, none or host");

    private static string Limit(string name, JsonNode? value, string place) =>
        value is JsonObject both
            ? $"{name}={ComposeTree.Text(both["soft"], place)}:{ComposeTree.Text(both["hard"], place)}"
            : $"{name}={ComposeTree.Text(value, place)}";

    private static ContainerizeException Unsupported(string place, string why) =>
        new(DiagnosticTable.ComposeUnsupported, $"{place}: {why}.");
}
