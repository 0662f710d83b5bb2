using System.Collections.Immutable;
using System.Text;

namespace Containerize.Stores.Registries.Authentication;

/// <summary>What a server wants to see before it answers (RFC 9110, 11.6.1).</summary>
/// <param name="Scheme">The scheme, in lower case: <c>basic</c>, <c>bearer</c>, …</param>
/// <param name="Parameters">The parameters; their names know no case, and the first of a name counts.</param>
internal sealed record Challenge(string Scheme, ImmutableDictionary<string, string> Parameters)
{
    private const string Separators = "()<>@,;:\\\"/[]?={} \t";

    public bool IsBasic => Scheme == "basic";

    public bool IsBearer => Scheme == "bearer";

    /// <summary>The parameter's value, or null when it is absent or empty.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Reads all the challenges of all <c>WWW-Authenticate</c> headers. Registries write them in many ways: several in
    /// one header, blanks around <c>=</c>, values without quotes. What cannot be read is left out.
    /// </summary>
    public static ImmutableArray<Challenge> Parse(IEnumerable<string> headers) => [.. headers.SelectMany(ParseOne)];

    private static IEnumerable<Challenge> ParseOne(string text)
    {
        var at = 0;
        while (Token(text, ref at) is { } scheme)
        {
            var parameters = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
            while (Parameter(text, ref at) is { } parameter)
            {
                if (parameter.Value is not null)
                    parameters.TryAdd(parameter.Name, parameter.Value);
            }

            yield return new Challenge(scheme.ToLowerInvariant(), parameters.ToImmutable());
        }
    }

    // The next parameter, or null with the position unchanged when what follows is another challenge or the end.
    private static (string Name, string? Value)? Parameter(string text, ref int at)
    {
        var start = at;
        if (Token(text, ref at) is { } name)
        {
            Skip(text, ref at, " \t");
            if (at < text.Length && text[at] == '=')
            {
                at++;
                Skip(text, ref at, " \t");
                return (name, at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Unquoted(text, ref at));
            }
        }

        at = start;
        return null;
    }

    private static string? Token(string text, ref int at)
    {
        while (true)
        {
            Skip(text, ref at, " \t,");
            var start = at;
            while (
                at < text.Length
                && text[at] > ' '
                && text[at] < 127
                && !Separators.Contains(text[at], StringComparison.Ordinal)
            )
                at++;
            if (at > start)
                return text[start..at];
            if (at >= text.Length)
                return null;
            at++;
        }
    }

    private static string Unquoted(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (',' or ' ' or '\t'))
            at++;
        return text[start..at];
    }

    // Without its closing quote a value may have been cut short: it does not count.
    private static string? Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                return value.ToString();
            }

            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            value.Append(text[at]);
        }

        return null;
    }

    private static void Skip(string text, ref int at, string skipped)
    {
        while (at < text.Length && skipped.Contains(text[at], StringComparison.Ordinal))
            at++;
    }
}
