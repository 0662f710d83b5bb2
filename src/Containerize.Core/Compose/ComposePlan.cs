using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Compose;

/// <summary>Which services of Compose files are built, and in which order.</summary>
public static class ComposePlan
{
    /// <summary>The builds, each after those whose images it needs.</summary>
    /// <param name="paths">Absolute paths of Compose files or of a folder that has one; the later over the
    /// earlier.</param>
    /// <param name="services">The services to build; empty for all that have a build and no profile that is
    /// off.</param>
    /// <param name="profiles">The profiles that are on, beside those in <c>COMPOSE_PROFILES</c>.</param>
    /// <param name="environment">The variables of the environment.</param>
    /// <param name="warn">Takes a sentence about what has no effect or no value.</param>
    /// <exception cref="ContainerizeException">CTZ0340 to CTZ0343.</exception>
    public static ImmutableArray<ComposeBuild> Read(
        ImmutableArray<string> paths,
        ImmutableArray<string> services,
        ImmutableArray<string> profiles,
        IReadOnlyDictionary<string, string> environment,
        Action<string> warn
    )
    {
        var project = ComposeProject.Read(paths, environment, warn);
        var isOn = profiles
            .Concat((project.Variables.Values.GetValueOrDefault("COMPOSE_PROFILES") ?? "").Split(','))
            .ToHashSet(StringComparer.Ordinal);
        var wanted = !services.IsEmpty
            ? services
            :
            [
                .. project
                    .Services.Where(pair => pair.Value["build"] is not null && IsActive(pair.Key))
                    .Select(pair => pair.Key),
            ];
        if (wanted.IsEmpty)
            throw Wrong(
                $"'{paths[0]}' has no service with a 'build:' whose profile is on. Name a service, or a "
                    + "profile with --profile"
            );
        var builds = ImmutableArray.CreateBuilder<ComposeBuild>();
        foreach (var service in wanted)
            Add(service, []);
        return builds.ToImmutable();

        bool IsActive(string service)
        {
            var own = ComposeTree.Texts(project.Services[service]["profiles"], $"services.{service}.profiles").ToList();
            return own.Count == 0 || isOn.Contains("*") || own.Any(isOn.Contains);
        }

        void Add(string service, ImmutableList<string> above)
        {
            if (builds.Any(build => build.Service == service))
                return;
            if (above.Contains(service))
                throw Wrong(
                    $"the services {string.Join(" -> ", above.Add(service))} need each other's images in a circle"
                );
            if (!project.Services.TryGetValue(service, out var tree))
                throw Wrong($"there is no service '{service}'. There are {string.Join(", ", project.Services.Keys)}");
            if (tree["build"] is null)
                throw Wrong($"the service '{service}' has no 'build:'. Its image is one that is pulled");
            var build = ComposeBuild.Of(project, service, warn);
            foreach (var (_, needed) in build.Services)
                Add(needed, above.Add(service));
            builds.Add(build);
        }
    }

    private static ContainerizeException Wrong(string what) =>
        new(DiagnosticTable.ComposeService, $"Nothing can be built: {what}.");
}
