using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Signatures;

/// <summary>A file with the content of a statement about an image.</summary>
public static class StatementFile
{
    // A bundle holds it in base64, and has to stay below what readers take.
    private const int Longest = SignatureBundle.Longest / 4 * 3 - (1 << 16);

    /// <summary>Reads a predicate, or that of a whole in-toto statement, such as our provenance.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="type">The type that it is attested as.</param>
    /// <exception cref="ContainerizeException">CTZ0366.</exception>
    public static JsonObject Read(string path, string type)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > Longest)
                throw Unreadable(path, $"it is {file.Length} bytes long, and {Longest} is the most");
            var json = OciJson.Parse(File.ReadAllBytes(path), $"'{path}'");
            if (json["_type"] is null)
                return json;
            if (OciJson.Text(json["predicateType"]) != type)
                throw Unreadable(
                    path,
                    $"it is a statement of the type '{OciJson.Text(json["predicateType"])}', and "
                        + $"'{type}' is asked for"
                );
            return (JsonObject)OciJson.Object(json["predicate"], $"'{path}'").DeepClone();
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest)
        {
            throw Unreadable(path, exception.Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static ContainerizeException Unreadable(string path, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.PredicateUnreadable,
            $"'{path}' cannot be attested: {why}. Name a JSON file, and its type with --type.",
            inner
        );
}
