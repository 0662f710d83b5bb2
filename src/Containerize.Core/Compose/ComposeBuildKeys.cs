using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;

namespace Containerize.Compose;

/// <summary>The keys of a service that are about building it, in one form.</summary>
internal static class ComposeBuildKeys
{
    /// <summary>What a <c>build</c> may have (compose-spec.io, "Compose Build Specification").</summary>
    public static ImmutableArray<string> All { get; } =
    [
        "context",
        "dockerfile",
        "dockerfile_inline",
        "args",
        "target",
        "platforms",
        "tags",
        "secrets",
        "ssh",
        "additional_contexts",
        "labels",
        "network",
        "shm_size",
        "ulimits",
        "extra_hosts",
        "cache_from",
        "cache_to",
        "no_cache",
        "no_cache_filter",
        "pull",
        "privileged",
        "entitlements",
        "isolation",
        "provenance",
        "sbom",
    ];

    private static readonly string[] OfService = ["image", "platform", "profiles", "extends"];

    /// <summary>What stands for a service whose image is a context.</summary>
    public const string ServicePrefix = "service:";

    /// <summary>The keys of a service that count; what may be a list or a mapping is a mapping.</summary>
    /// <exception cref="ContainerizeException">CTZ0340 for a key of <c>build</c> that there is not.</exception>
    public static JsonObject Normalize(JsonObject service, string place)
    {
        var all = new JsonObject();
        foreach (var name in OfService.Where(service.ContainsKey))
            all[name] = service[name]?.DeepClone();
        if (service["build"] is not { } build)
            return all;
        place += ".build";
        var given = build as JsonObject ?? new JsonObject { ["context"] = ComposeTree.Text(build, place) };
        var result = new JsonObject();
        foreach (var (name, value) in given.Where(pair => !pair.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            if (!All.Contains(name))
                throw ComposeYaml.Invalid($"{place}.{name}", $"there is no such key. {Suggestion(name)}");
            result[name] = name switch
            {
                "args" or "labels" or "additional_contexts" => ComposeTree.Pairs(value, $"{place}.{name}"),
                "extra_hosts" => Hosts(value, $"{place}.{name}"),
                _ => value?.DeepClone(),
            };
        }

        all["build"] = result;
        return all;
    }

    /// <summary>Makes the paths of a normalized service absolute.</summary>
    public static void MakeAbsolute(JsonObject service, string folder)
    {
        if (service["build"] is not JsonObject build)
            return;
        if (build["context"] is { } context)
            build["context"] = AbsoluteOf(ComposeTree.Text(context, "build.context")!, folder);
        foreach (var (name, value) in (build["additional_contexts"] as JsonObject ?? []).ToList())
        {
            var text = ComposeTree.Text(value, "build.additional_contexts") ?? "";
            build["additional_contexts"]![name] = AbsoluteOf(text, folder);
        }
    }

    /// <summary>Whether a context is no path.</summary>
    public static bool IsRemote(string context) =>
        context.Contains("://", StringComparison.Ordinal)
        || context.StartsWith("git@", StringComparison.Ordinal)
        || context.StartsWith("github.com/", StringComparison.Ordinal)
        || context.StartsWith(ServicePrefix, StringComparison.Ordinal);

    private static string AbsoluteOf(string context, string folder) =>
        IsRemote(context) ? context : Path.GetFullPath(context, folder);

    private static JsonArray Hosts(JsonNode? node, string place) =>
        node is not JsonObject mapping
            ? new JsonArray([.. ComposeTree.Texts(node, place).Select(text => JsonValue.Create(text))])
            : new JsonArray([
                .. mapping.SelectMany(pair =>
                    (pair.Value as JsonArray ?? [pair.Value?.DeepClone()]).Select(address =>
                        JsonValue.Create($"{pair.Key}={ComposeTree.Text(address, place)}")
                    )
                ),
            ]);

    private static string Suggestion(string name)
    {
        var nearest = All.MinBy(known => EditDistance.Between(known, name, 3))!;
        return EditDistance.Between(nearest, name, 2) <= 2
            ? $"Did you mean '{nearest}'?"
            : $"There are {string.Join(", ", All)}";
    }
}
