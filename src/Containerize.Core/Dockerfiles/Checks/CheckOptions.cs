using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles.Checks;

/// <summary>
/// Which rules count, and whether a finding is an error: <c># check=skip=NAME,NAME;error=true</c> in the first lines,
/// or the same as the build argument <c>BUILDKIT_DOCKERFILE_CHECK</c>, which comes first. A comment right above an
/// instruction says it for that instruction.
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
        return Parse(written.Text, out var wrong)
            ?? throw file.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                written.Position,
                $"'{wrong}' is no setting of checks. Write skip=NAME,NAME, experimental=NAME or error=true, ';' "
                    + "between them."
            );
    }

    /// <summary>These options with what a comment above an instruction says for it alone:
    /// <c># check=skip=NAME</c>.</summary>
    /// <param name="line">The instruction.</param>
    public CheckOptions For(LogicalLine line)
    {
        // The first such comment counts if it can be read, and nothing in it makes a finding an error
        // (WithMergedConfigFromComments of BuildKit's linter.go, buildkit#6334).
        var written = line.Comments.Select(comment => Directives.CheckOf(comment.Text)).OfType<string>();
        return written.FirstOrDefault() is { } text && Parse(text, out _) is { } own
            ? this with
            {
                Skipped = Skipped.Union(own.Skipped),
                Experimental = Experimental.Union(own.Experimental),
            }
            : this;
    }

    /// <summary>Whether a rule counts.</summary>
    /// <remarks>An experimental rule counts where it is asked for, whatever is skipped (BuildKit's
    /// linter.go).</remarks>
    public bool Counts(CheckRule rule) => rule.IsExperimental ? Has(Experimental, rule) : !Has(Skipped, rule);

    // Null for what is no setting.
    private static CheckOptions? Parse(string text, out string wrong)
    {
        var options = new CheckOptions([], [], false);
        foreach (var setting in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            wrong = setting;
            switch (setting.Split('=', 2, StringSplitOptions.TrimEntries))
            {
                case ["skip", var names]:
                    options = options with { Skipped = Names(names) };
                    break;
                case ["experimental", var names]:
                    options = options with { Experimental = Names(names) };
                    break;
                case ["error", var value] when MountSyntax.Bool(value) is { } isError:
                    options = options with { IsError = isError };
                    break;
                default:
                    return null;
            }
        }

        wrong = "";
        return options;
    }

    private static bool Has(ImmutableHashSet<string> names, CheckRule rule) =>
        names.Contains(All) || names.Contains(rule.Name);

    private static ImmutableHashSet<string> Names(string names) =>
        names
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
}
