using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Core.Tests.Dockerfiles.Syntax;

/// <summary>What <c>Golden/record.go</c> recorded: a JSON value on each line, compressed.</summary>
internal static class GoldenData
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static IEnumerable<T> Read<T>(string file)
    {
        using var packed = File.OpenRead(
            Path.Combine(Repository.Root, "tests", "Containerize.Core.Tests", "Dockerfiles", "Golden", file)
        );
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            yield return JsonSerializer.Deserialize<T>(line, Options)!;
    }

    /// <summary>A text on one line, with what is not seen as its number.</summary>
    public static string Quote(string text) =>
        string.Concat(
            text.Select(letter =>
                letter switch
                {
                    '\n' => "⏎",
                    '\r' => "␍",
                    _ when char.IsControl(letter)
                            || (char.IsWhiteSpace(letter) && letter != ' ')
                            || letter == '\ufeff' => $"‹{(int)letter:x}›",
                    _ => letter.ToString(),
                }
            )
        );

    public static char EscapeOf(SourceText source) => Directives.Read(source).Escape;
}
