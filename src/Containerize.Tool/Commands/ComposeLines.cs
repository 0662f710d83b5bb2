using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Compose;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Addresses;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Tool.Commands;

/// <summary>
/// The services of Compose files as command lines of <c>containerize build</c>: what the file says of a service, and
/// what the user's line says of all.
/// </summary>
/// <param name="host">The machine.</param>
/// <param name="command">The command.</param>
/// <param name="options">Its options.</param>
internal sealed class ComposeLines(ToolHost host, BuildCommand command, BuildOptions options)
{
    /// <summary>The lines, each after those whose images it needs, with the variables that its secrets may
    /// name.</summary>
    /// <exception cref="ContainerizeException">CTZ0340 to CTZ0343.</exception>
    public IEnumerable<(ParseResult Line, MachineEnvironment Variables)> Of(ParseResult line)
    {
        ImmutableArray<string> services =
        [
            .. line.GetValue(options.Context) is { } first ? [first] : Array.Empty<string>(),
            .. line.GetValue(options.Services) ?? [],
        ];
        var builds = ComposePlan.Read(
            [.. (line.GetValue(options.Compose) ?? []).Select(host.PathOf)],
            services,
            [.. line.GetValue(options.Profiles) ?? []],
            host.Environment.Variables,
            host.Screen.Warn
        );
        var needed = builds
            .SelectMany(build => build.Services.Select(service => service.Service))
            .ToHashSet(StringComparer.Ordinal);
        var hasOutput = new Option[] { options.Outputs, options.Push, options.Load }.Any(option =>
            IsGiven(line, option)
        );
        Check(line, builds, hasOutput);
        var isPushed = IsPushed(line);
        var nameless = builds
            .Where(build => isPushed && !build.HasImage)
            .ToLookup(build => services.IsEmpty || services.Contains(build.Service));
        if (nameless[true].FirstOrDefault() is { } wanted)
            throw new ContainerizeException(
                DiagnosticTable.ComposeNameless,
                $"The service '{wanted.Service}' has no 'image:', so its image has no name to be pushed under. Give it "
                    + "one, or push the services that have one by their names: 'containerize build --compose FILE "
                    + "SERVICE --push'."
            );
        foreach (var build in builds)
        {
            host.Screen.Note($"service {build.Service}");
            yield return (
                Parse(
                    build,
                    [
                        .. ArgumentsOf(line, build, nameless[false].Contains(build)),
                        .. OutputsOf(build, needed.Contains(build.Service), hasOutput),
                    ]
                ),
                host.Environment with
                {
                    Variables = build.Variables,
                }
            );
        }
    }

    private void Check(ParseResult line, ImmutableArray<ComposeBuild> builds, bool hasOutput)
    {
        var one = new Option[] { options.Outputs, options.ImageIdFile, options.MetadataFile }.FirstOrDefault(option =>
            IsGiven(line, option)
        );
        if (builds.Length > 1 && one is not null)
            throw Wrong(
                $"{one.Name} takes one image, and {builds.Length} services are built. Build them one by one, "
                    + "or write --push or --load"
            );
        if (builds.Length > 1 && IsGiven(line, options.NoCacheFilter))
            throw Wrong(
                $"{options.NoCacheFilter.Name} names stages of one file, and {builds.Length} services are built. "
                    + "Build them one by one"
            );
        new BuildCaches(options, line).RefuseImages(
            builds.SelectMany(build => build.Names).Select(ImageReference.Parse)
        );
        if (
            !hasOutput
            && builds.GroupBy(TarballOf, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } same
        )
            throw Wrong(
                $"the services {string.Join(" and ", same.Select(build => build.Service))} would both write "
                    + $"'{same.Key}'. Write --push or --load"
            );
    }

    private bool IsPushed(ParseResult line) =>
        line.GetValue(options.Push)
        || (line.GetValue(options.Outputs) ?? []).Any(output =>
            SinkAddress.ParseOption(output, host.Folder) is { Kind: SinkKind.Registry, Name: null }
        );

    // What only another service needs stays here when it has no name.
    private IEnumerable<string> ArgumentsOf(ParseResult line, ComposeBuild build, bool stays)
    {
        Option[] left = [options.Compose, options.Profiles, .. stays ? new Option[] { options.Push } : []];
        var given = command.Options.Where(option => !left.Contains(option) && IsGiven(line, option)).ToList();
        // What can stand once stands on the user's line.
        var once = given
            .Where(option => option.Arity.MaximumNumberOfValues <= 1)
            .Select(option => option.Name)
            .ToHashSet(StringComparer.Ordinal);
        yield return build.Context;
        for (var i = 0; i < build.Options.Length; i++)
        {
            if (!build.Options[i].StartsWith("--", StringComparison.Ordinal) || !once.Contains(build.Options[i]))
                yield return build.Options[i];
            else if (i + 1 < build.Options.Length && !build.Options[i + 1].StartsWith("--", StringComparison.Ordinal))
                i++;
        }

        foreach (var name in build.Names)
        {
            yield return options.Names.Name;
            yield return name;
        }

        if (build.DockerfileText is { } text)
        {
            var path = Path.Combine(host.TemporaryFolder, $"{build.Service}.Dockerfile");
            File.WriteAllText(path, text);
            yield return options.File.Name;
            yield return path;
        }

        foreach (var (name, service) in build.Services)
        {
            yield return options.Contexts.Name;
            yield return $"{name}=oci-layout://{LayoutOf(service)}:{Tag}";
        }

        foreach (var word in given.SelectMany(option => WordsOf(line, option)))
            yield return word;
    }

    // The image that another service is built from goes into a layout of our own, too, under a tag of its own.
    private IEnumerable<string> OutputsOf(ComposeBuild build, bool isNeeded, bool hasOutput)
    {
        if (!isNeeded)
            yield break;
        yield return options.Outputs.Name;
        yield return $"oci:{LayoutOf(build.Service)}:{Tag}";
        if (hasOutput)
            yield break;
        yield return options.Outputs.Name;
        yield return $"archive:{host.PathOf(TarballOf(build))}";
    }

    private const string Tag = "built";

    private string LayoutOf(string service) => Path.Combine(host.TemporaryFolder, $"service-{service}");

    private static string TarballOf(ComposeBuild build) =>
        ImageReference.Parse(build.Names[0]).Repository.Split('/')[^1] + ".tar";

    private ParseResult Parse(ComposeBuild build, string[] words)
    {
        var line = command.Parse(words);
        return line.Errors is [var error, ..]
            ? throw new ContainerizeException(
                DiagnosticTable.ComposeInvalid,
                $"services.{build.Service}.build: {error.Message.TrimEnd('.')}."
            )
            : line;
    }

    private static bool IsGiven(ParseResult line, Option option) => line.GetResult(option) is { Implicit: false };

    private static IEnumerable<string> WordsOf(ParseResult line, Option option) =>
        line.GetResult(option)!.Tokens is { Count: > 0 } tokens
            ? tokens.SelectMany(token => new[] { option.Name, token.Value })
            : [option.Name];

    private static ContainerizeException Wrong(string what) =>
        new(DiagnosticTable.ComposeService, $"Nothing can be built: {what}.");
}
