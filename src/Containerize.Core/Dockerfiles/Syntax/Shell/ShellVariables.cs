using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Syntax.Shell;

/// <summary>The variables that an instruction sees, by name.</summary>
/// <param name="Values">Their values.</param>
public sealed record ShellVariables(ImmutableDictionary<string, string> Values)
{
    /// <summary>No variable.</summary>
    public static ShellVariables None { get; } =
        new(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The value, or null where it is not set.</summary>
    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>A copy with one more variable, or another value.</summary>
    public ShellVariables With(string name, string value) => new(Values.SetItem(name, value));

    /// <summary>A copy with more variables; later ones win.</summary>
    public ShellVariables With(IEnumerable<KeyValuePair<string, string>> pairs) => new(Values.SetItems(pairs));
}
