using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Checks;

/// <summary>
/// Which rules count, and whether a finding is an error: <c># check=skip=NAME,NAME;error=true</c>, or the same as the
/// build argument
/// <c>BUILDKIT_DOCKERFILE_CHECK</c>, which comes first.
/// </summary>
/// <param name="Skipped">The names of rules that do not count; <c>all</c> is every rule.</param>
/// <param name="Experimental">The names of experimental rules that count; <c>all</c> is every one.</param>
/// <param name="IsError">Whether a finding ends the build.</param>
internal sealed record CheckOptions(
    ImmutableHashSet<string> Skipped,
    ImmutableHashSet<string> Experimental,
    bool IsError
)
{
    /// <summary>The build argument that says the same as the directive.</summary>
    public const string Argument = "BUILDKIT_DOCKERFILE_CHECK";

    private const string All = "all";

    /// <summary>Reads the options of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="arguments">The values of <c>--build-arg</c>.</param>
    /// <exception cref="ContainerizeException">CTZ0122 for an unknown option of checks.</exception>
    public static CheckOptions Read(Dockerfile file, ImmutableDictionary<string, string> arguments)
    {
        var written = arguments.TryGetValue(Argument, out var given)
            ? new SourceWord(given, file.Source.At(0, 0))
            : file.Directives.Check ?? new SourceWord("", file.Source.At(0, 0));
        var options = new CheckOptions([], [], false);
        foreach (
            var setting in written.Text.Split(
                ';',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            options = setting.Split('=', 2, StringSplitOptions.TrimEntries) switch
            {
                ["skip", var names] => options with { Skipped = Names(names) },
                ["experimental", var names] => options with { Experimental = Names(names) },
                ["error", var value] when bool.TryParse(value, out var isError) => options with { IsError = isError },
                _ => throw file.Source.Error(
                    DiagnosticTable.DockerfileSyntax,
                    written.Position,
                    $"'{setting}' is no setting of checks. Write skip=NAME,NAME, experimental=NAME or "
                        + "error=true, ';' between them."
                ),
            };
        }

        return options;
    }

    /// <summary>Whether a rule counts.</summary>
    public bool Counts(CheckRule rule) => !Has(Skipped, rule) && (!rule.IsExperimental || Has(Experimental, rule));

    private static bool Has(ImmutableHashSet<string> names, CheckRule rule) =>
        names.Contains(All) || names.Contains(rule.Name);

    private static ImmutableHashSet<string> Names(string names) =>
        names
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
}
