using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;

namespace Containerize.Inspection.Explaining;

/// <summary>What goes into an image, why, and where it is written: for people to read, before or while it is
/// made.</summary>
public sealed record Explanation
{
    /// <summary>What the image runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The base image.</summary>
    public required BaseFacts Base { get; init; }

    /// <summary>What the project says.</summary>
    public required ContainerSettings Settings { get; init; }

    /// <summary>Which file lies in which layer.</summary>
    public required FilePlan Files { get; init; }

    /// <summary>Operating-system packages, by name or with their versions.</summary>
    public ImmutableArray<string> Packages { get; init; } = [];

    /// <summary>What the reader must know of the files, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Where the image goes.</summary>
    public required Destinations Destinations { get; init; }

    /// <summary>What else is written: what it is, and its absolute path.</summary>
    public ImmutableArray<(string What, string Where)> Outputs { get; init; } = [];

    /// <summary>The explanation, without a line break at its end.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0050.</exception>
    public string ToText()
    {
        var text = new StringBuilder();
        AddInputs(text);
        text.Append("Layers, from the lowest\n");
        AddLayers(text);
        foreach (var note in Notes)
            text.Append("  ").Append(note).Append('\n');
        text.Append("Dockerfile\n");
        foreach (
            var line in PlannedRecipe.ToDockerfile(Base, Platform, LayerNamesOf(), Settings).TrimEnd('\n').Split('\n')
        )
            text.Append("  ").Append(line).Append('\n');
        text.Append("Written to\n");
        var places = Places().ToList();
        AddRows(text, "  ", places);
        return text.ToString().TrimEnd('\n');
    }

    private void AddInputs(StringBuilder text) =>
        AddRows(
            text,
            "",
            [
                ("Image", string.Join(", ", Destinations.Names)),
                ("Platform", Platform.InIndex().ToString()),
                ("Base", Base.ToString()),
                ("Folder", Settings.WorkingDirectoryName),
                ("Time", History.Format(Settings.Created)),
                ("Layer format", Settings.Encodings.ToString()),
            ]
        );

    private void AddLayers(StringBuilder text)
    {
        if (Base.Image is { Layers.IsEmpty: false } image)
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {Layer.BaseName}: {image.Layers.Length} layers, "
                    + $"{ByteSize.Text(image.Layers.Sum(layer => layer.Blob.Descriptor.Size))}\n"
            );
        if (!Packages.IsEmpty)
            text.Append("  ").Append(LayerNames.Packages).Append(": ").AppendJoin(", ", Packages).Append('\n');
        foreach (var layer in Files.Groups.GroupBy(group => group.Reason.Layer))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {layer.Key}: "
                    + $"{Summary([.. layer.SelectMany(group => group.Files).Where(file => file.Rights is null)])}\n"
            );
            foreach (var group in layer)
            {
                text.Append("    ").Append(group.Reason.Why).Append('\n');
                AddRows(
                    text,
                    "      ",
                    [
                        .. group.Files.Select(file =>
                            (
                                NameBytes.Show(file.Path.Text),
                                file.Rights ?? (file.Size is { } size ? ByteSize.Text(size) : "not built yet")
                            )
                        ),
                    ]
                );
            }
        }
    }

    private IEnumerable<string> LayerNamesOf() =>
        Packages.IsEmpty ? Files.Layers : Files.Layers.Prepend(LayerNames.Packages);

    private static string Summary(ImmutableArray<ListedFile> files)
    {
        var unbuilt = files.Count(file => file.Size is null);
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{files.Length} {(files.Length == 1 ? "file" : "files")}, "
                    + $"{ByteSize.Text(files.Sum(file => file.Size ?? 0))} uncompressed"
            ) + (unbuilt == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {unbuilt} not built yet"));
    }

    private IEnumerable<(string What, string Where)> Places()
    {
        if (Destinations.ArchivePath is { } archive)
            yield return ("tarball", archive);
        if (Destinations.Layout.Length > 0)
            yield return (
                "OCI layout",
                $"{Destinations.Layout}, {(Destinations.Tags.Length == 1 ? "tag" : "tags")} "
                    + $"{string.Join(", ", Destinations.Tags)}"
            );
        if (Destinations.Engine.Length > 0)
            yield return (Destinations.Engine, Destinations.Names[0].ToString());
        foreach (var name in Destinations.Registries.IsEmpty ? [] : Destinations.Names)
            yield return ("registry", name.ToString());
        foreach (var output in Outputs)
            yield return output;
    }

    private static void AddRows(
        StringBuilder text,
        string indent,
        IReadOnlyCollection<(string Left, string Right)> rows
    )
    {
        var width = rows.Max(row => row.Left.Length);
        foreach (var (left, right) in rows)
            text.Append(indent).Append(left.PadRight(width)).Append("  ").Append(right).Append('\n');
    }
}
