using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Diff;
using Containerize.IO;

namespace Containerize.Tool.Output;

/// <summary>The differences of two images as people read them; nothing at all when there are none.</summary>
internal sealed class DiffText(Screen screen)
{
    public void Write(string a, string b, ImageComparison comparison)
    {
        if (comparison.AreSame)
            return;
        screen.Heading($"--- {a} {comparison.A.Digest}");
        screen.Heading($"+++ {b} {comparison.B.Digest}");
        if (!comparison.Members.IsEmpty)
            screen.Heading("Config");
        foreach (var member in comparison.Members)
            screen.Write(PlainText.Line($"  {member.Name}: {member.A ?? "(none)"} | {member.B ?? "(none)"}"));
        if (!comparison.Layers.IsEmpty)
            screen.Heading("Layers");
        foreach (var layer in comparison.Layers)
            WriteLayer(layer);
        // In which layer of the second image a difference came about; what is gone, in which of the first it was.
        foreach (
            var group in comparison
                .Files.GroupBy(file => (Image: file.B is null ? 'A' : 'B', (file.B ?? file.A)!.Layer))
                .OrderBy(group => group.Key.Layer)
                .ThenBy(group => group.Key.Image)
        )
        {
            var image = group.Key.Image == 'A' ? comparison.A : comparison.B;
            var name = group.Key.Image == 'A' ? a : b;
            screen.Heading(
                PlainText.Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Files of layer {group.Key.Layer} of {name}{Instruction(image, group.Key.Layer)}"
                    )
                )
            );
            foreach (var file in group)
                screen.Write(PlainText.Line("  " + Line(file)));
        }

        screen.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{comparison.Members.Length} members, {comparison.Layers.Length} layers, "
                    + $"{comparison.Files.Length} files differ"
            )
        );
    }

    private void WriteLayer(LayerDifference layer)
    {
        if (layer.IsStorageOnly)
            screen.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {layer.Index} stored differently: {Words(layer.A!)} | {Words(layer.B!)}"
                )
            );
        else
        {
            if (layer.A is not null)
                screen.Write(string.Create(CultureInfo.InvariantCulture, $"- {layer.Index} {Words(layer.A)}"));
            if (layer.B is not null)
                screen.Write(string.Create(CultureInfo.InvariantCulture, $"+ {layer.Index} {Words(layer.B)}"));
        }
    }

    private static string Words(Layer layer) =>
        $"{layer.Blob.Descriptor.Digest} {ByteSize.Text(layer.Blob.Descriptor.Size)} "
        + $"{layer.Compression.ToString().ToLowerInvariant()}";

    private static string Instruction(Image image, int layer) =>
        image.Config.LayerHistory is var history
        && history.Length == image.Layers.Length
        && history[layer] is { Length: > 0 } text
            ? $" ({(text.Length > 60 ? text[..59] + "…" : text)})"
            : "";

    private static string Line(FileDifference file) =>
        (file.A, file.B) switch
        {
            (null, { } added) => $"+ {file.Path} {All(added)}",
            ({ } removed, null) => $"- {file.Path} {All(removed)}",
            _ => $"~ {file.Path} "
                + $"{string.Join(", ", file.Aspects.Select(aspect => $"{aspect.ToString().ToLowerInvariant()} {Value(file.A!, aspect)} | {Value(file.B!, aspect)}"))}",
        };

    private static string All(ImageFile file) =>
        $"{Value(file, FileAspect.Kind)} {Value(file, FileAspect.Mode)} {Value(file, FileAspect.Owner)}"
        + (
            file.Kind == EntryKind.File ? $" {ByteSize.Text(file.Size)}"
            : file.LinkTarget is { } target ? $" -> {target}"
            : ""
        );

    private static string Value(ImageFile file, FileAspect aspect) =>
        aspect switch
        {
            FileAspect.Kind => file.Kind.ToString().ToLowerInvariant(),
            FileAspect.Content => file.Digest is { } digest
                ? $"{ByteSize.Text(file.Size)} {digest.Abbreviated}"
                : "none",
            FileAspect.Mode => "0" + Convert.ToString(file.Mode, 8),
            FileAspect.Owner => string.Create(CultureInfo.InvariantCulture, $"{file.Uid}:{file.Gid}"),
            FileAspect.Time => file.ModificationTime.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                CultureInfo.InvariantCulture
            ),
            FileAspect.Link => file.LinkTarget ?? file.HardLinkTarget?.Text ?? "none",
            _ => file.ExtendedAttributes.IsEmpty
                ? "none"
                : string.Join(
                    ' ',
                    file.ExtendedAttributes.Select(pair => $"{pair.Key}={Convert.ToHexStringLower([.. pair.Value])}")
                ),
        };
}
