using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Containerize.Dockerfiles.Copying;
using Containerize.Entries;

namespace Containerize.Dockerfiles.Steps;

/// <summary>The files of a <c>COPY</c> as a text, for the key of the step.</summary>
internal static class CopyDescription
{
    /// <summary>A text that is equal where the layer is.</summary>
    public static string Of(ImmutableArray<CopiedFile> files)
    {
        var text = new StringBuilder();
        var known = new Dictionary<object, int>();
        foreach (var copied in files)
        {
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"{(int)copied.Shape} {(int)copied.File.Kind} {copied.File.Mode} {copied.File.Uid} "
                        + $"{copied.File.Gid} "
                )
                .Append(copied.File.Kind == EntryKind.File ? copied.Source.HashOf(copied.File) : copied.File.LinkTarget)
                .Append('\0')
                .Append(copied.Target)
                .Append('\0');
            // Two files of one content give another layer than two names of one file.
            if (
                copied.Source.FileOf(copied.File) is { } file
                && !known.TryAdd((copied.Source, copied.Match, file), known.Count)
            )
                text.Append(CultureInfo.InvariantCulture, $"{known[(copied.Source, copied.Match, file)]}\0");
        }

        return text.ToString();
    }
}
