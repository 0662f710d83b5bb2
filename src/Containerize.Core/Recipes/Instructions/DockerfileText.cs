using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Containerize.Recipes.Instructions;

/// <summary>How values are written in a Dockerfile so that a builder reads back the same ones.</summary>
public static class DockerfileText
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary><c>INSTRUCTION "name"="value"</c>; a comment for a value with a line break, which no Dockerfile can
    /// say.</summary>
    public static string Pair(string instruction, string name, string value) =>
        value.AsSpan().ContainsAny('\r', '\n') || name.AsSpan().ContainsAny('\r', '\n')
            ? $"# {instruction} {Json(name).Trim('"')}: its value has line breaks, "
                + $"which a Dockerfile cannot express: {Json(value)}"
            : $"{instruction} {(IsPlain(name) ? name : Quoted(name))}={Quoted(value)}";

    /// <summary>A word that builders expand variables in: a dollar sign is escaped.</summary>
    public static string Word(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);

    /// <summary>The exec form: a JSON array, in which builders expand nothing.</summary>
    public static string Words(ImmutableArray<string> words) => $"[{string.Join(", ", words.Select(Json))}]";

    /// <summary>
    /// A text in double quotes, in which only the quote, the dollar sign and the backslash mean anything (BuildKit's
    /// shell lexer); line breaks become spaces.
    /// </summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text.ReplaceLineEndings(" "))
            quoted.Append(letter is '"' or '$' or '\\' ? "\\" : "").Append(letter);
        return quoted.Append('"').ToString();
    }

    private static string Json(string text) => JsonValue.Create(text).ToJsonString(Relaxed);

    private static bool IsPlain(string text) =>
        text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}
