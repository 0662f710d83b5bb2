using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Manifests;

/// <summary>
/// A YAML file in which <c>containerize://PATH</c> stands for the image of a project, as <c>ko://</c> does for a
/// program in Go: as the value of any key, <c>image</c> for one.
/// </summary>
public sealed class YamlFile
{
    /// <summary>What a reference to a project begins with.</summary>
    public const string Prefix = "containerize://";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    private readonly string _text;
    private readonly ImmutableArray<YamlScalar> _scalars;

    private YamlFile(string text, ImmutableArray<YamlScalar> scalars) => (_text, _scalars) = (text, scalars);

    /// <summary>The paths of projects that the file names, each once, in their order.</summary>
    public IEnumerable<string> Projects => _scalars.Select(PathOf).Distinct(StringComparer.Ordinal);

    /// <summary>Reads a file.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="content">Its bytes, in UTF-8.</param>
    /// <exception cref="ContainerizeException">CTZ0281 for bytes that are no text, CTZ0282 for a reference that names
    /// nothing.</exception>
    public static YamlFile Read(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            var text = Utf8.GetString(content);
            var file = new YamlFile(text, new YamlScalars(text, Prefix).Find());
            if (
                file._scalars.FirstOrDefault(scalar =>
                    PathOf(scalar).Length == 0 || scalar.Value.IndexOfAny(['\n', '\r', '\\', '\'']) >= 0
                ) is
                { } wrong
            )
                throw new ContainerizeException(
                    DiagnosticTable.ReferenceUnresolved,
                    $"'{name}', line {text.AsSpan(0, wrong.Start).Count('\n') + 1}: "
                        + $"'{PlainText.Line(wrong.Value)}' names no project. "
                        + "Write the path of a project or of its folder on one line, relative to the current "
                        + $"folder: {Prefix}src/Shop."
                );
            return file;
        }
        catch (DecoderFallbackException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.YamlUnreadable,
                $"'{name}' is no text in UTF-8. Save it as UTF-8.",
                exception
            );
        }
        catch (FormatException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.YamlUnreadable,
                $"'{name}' is no YAML: {exception.Message.TrimEnd('.')}. Close it.",
                exception
            );
        }
    }

    /// <summary>The text with each reference replaced, and every other character as it was.</summary>
    /// <param name="imageOf">The image of a path that <see cref="Projects"/> names.</param>
    public string With(Func<string, string> imageOf)
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (var scalar in _scalars)
        {
            text.Append(_text, at, scalar.Start - at).Append(imageOf(PathOf(scalar)));
            at = scalar.Start + scalar.Length;
        }

        return text.Append(_text, at, _text.Length - at).ToString();
    }

    /// <summary>
    /// Several files as one stream of documents: what marks the end of the one before stands between them, unless the
    /// next begins with it.
    /// </summary>
    public static string Join(IEnumerable<string> texts)
    {
        var all = new StringBuilder();
        foreach (var text in texts)
        {
            if (all.Length > 0)
            {
                if (all[^1] != '\n')
                    all.Append('\n');
                // A directive has to follow the end of a document.
                var next = text.TrimStart('\uFEFF');
                all.Append(
                    next.StartsWith('%') ? "...\n"
                    : next.StartsWith("---", StringComparison.Ordinal) ? ""
                    : "---\n"
                );
            }

            all.Append(text);
        }

        return all.ToString();
    }

    /// <summary>The files that a path names: itself, or those of a folder that end in <c>.yaml</c>, <c>.yml</c> or
    /// <c>.json</c>, by name.</summary>
    /// <param name="path">The full path of a file or a folder.</param>
    /// <param name="isRecursive">Whether folders in the folder are looked into.</param>
    /// <exception cref="ContainerizeException">CTZ0281 where there is none.</exception>
    public static ImmutableArray<string> FilesOf(string path, bool isRecursive)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new ContainerizeException(
                DiagnosticTable.YamlUnreadable,
                $"There is no file or folder '{path}'. Name a YAML file, a folder of them, or '-' for standard "
                    + "input with -f."
            );
        try
        {
            ImmutableArray<string> files =
            [
                .. Directory
                    .EnumerateFiles(
                        path,
                        "*",
                        isRecursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly
                    )
                    .Where(file => Endings.Contains(Path.GetExtension(file)))
                    .Order(StringComparer.Ordinal),
            ];
            foreach (var file in files)
                RegularFile.Check(file);
            return !files.IsEmpty
                ? files
                : throw new ContainerizeException(
                    DiagnosticTable.YamlUnreadable,
                    $"The folder '{path}' has no file that ends in {string.Join(", ", Endings)}."
                        + (isRecursive ? "" : " With -R the folders in it are looked into, too.")
                );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.YamlUnreadable,
                $"The folder '{path}' cannot be read: {exception.Message}",
                exception
            );
        }
    }

    private static string PathOf(YamlScalar scalar) => scalar.Value[Prefix.Length..];
}
