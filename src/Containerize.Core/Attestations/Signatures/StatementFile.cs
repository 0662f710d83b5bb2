using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Attestations.Signatures;

/// <summary>A file with the content of a statement about an image.</summary>
internal sealed class StatementFile
{
    // A bundle holds it in base64, and has to stay below what readers take.
    private const int Longest = SignatureBundle.Longest / 4 * 3 - (1 << 16);

    private readonly string _path;
    private readonly JsonObject _predicate;
    private readonly SignedStatement? _statement;

    private StatementFile(string path, JsonObject predicate, SignedStatement? statement) =>
        (_path, _predicate, _statement) = (path, predicate, statement);

    /// <summary>Reads a predicate, or that of a whole in-toto statement, such as our provenance.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="type">The type that it is attested as.</param>
    /// <exception cref="ContainerizeException">CTZ0366.</exception>
    public static StatementFile Read(string path, string type)
    {
        try
        {
            var bytes = NamedFile.Read(path, Longest);
            var json = OciJson.Parse(bytes, $"'{path}'");
            if (json["_type"] is null)
                return new(path, json, null);
            var statement = SignedStatement.Parse(bytes, $"'{path}'");
            if (statement.PredicateType != type)
                throw Unreadable(
                    path,
                    $"it is a statement of the type '{statement.PredicateType}', and '{type}' is asked for"
                );
            return new(path, (JsonObject)OciJson.Object(json["predicate"], $"'{path}'").DeepClone(), statement);
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

    /// <summary>What the file says of an image. A whole statement has to be about that image itself.</summary>
    /// <param name="image">The digest that it is attested of.</param>
    /// <exception cref="ContainerizeException">CTZ0366.</exception>
    public JsonObject PredicateOf(Digest image) =>
        _statement is null || _statement.IsAbout(image)
            ? _predicate
            : throw new ContainerizeException(
                DiagnosticTable.PredicateUnreadable,
                $"'{_path}' cannot be attested of {image}: it is a statement about "
                    + $"{SingleLineText.Of(string.Join(", ", _statement.Subjects))}. Name that image, of several "
                    + "platforms with --platform, or a file with the predicate alone."
            );

    private static ContainerizeException Unreadable(string path, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.PredicateUnreadable,
            $"'{path}' cannot be attested: {why}. Name a JSON file, and its type with --type.",
            inner
        );
}
