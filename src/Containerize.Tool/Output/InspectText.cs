using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Recipes;
using Containerize.Recipes.Instructions;

namespace Containerize.Tool.Output;

/// <summary>An image as people read it.</summary>
internal sealed class InspectText(Screen screen)
{
    private const int NameWidth = 13;

    /// <param name="name">What the user called it.</param>
    /// <param name="images">All that the name stands for.</param>
    /// <param name="image">The one that is shown in full; null when none is for this machine.</param>
    public void Write(string name, ImageSet images, Image? image)
    {
        screen.Heading(name);
        Row("digest", images.Digest.ToString());
        Row("media type", images.Descriptor.MediaType);
        if (images.Index is { } index)
        {
            screen.Write();
            screen.Heading(string.Create(CultureInfo.InvariantCulture, $"Platforms ({images.Images.Length})"));
            var width = images.Images.Max(each => each.Config.Platform.ToString().Length);
            foreach (var each in images.Images)
                screen.Write(
                    $"  {PlainText.Line(each.Config.Platform.ToString()).PadRight(width)}  {each.Digest}  "
                        + $"{ByteSize.Text(SizeOf(each)), 10}"
                );
            foreach (var artifact in images.Artifacts)
                screen.Write(
                    $"  {"(no image)".PadRight(width)}  {artifact.Descriptor.Digest}  "
                        + $"{ByteSize.Text(artifact.Blobs.Sum(blob => blob.Descriptor.Size)), 10}"
                );
        }

        if (image is null)
            screen.Write("\nNo image for this machine; --platform chooses one.");
        else
            Write(image);
    }

    /// <summary>Lists what is attached to an image; nothing where nothing is.</summary>
    /// <param name="referrers">The manifests of what is attached.</param>
    /// <param name="isOfIndex">Whether it is attached to the index, and not to an image in it.</param>
    public void Write(ImmutableArray<Descriptor> referrers, bool isOfIndex)
    {
        if (referrers.IsEmpty)
            return;
        screen.Write();
        var heading = isOfIndex ? "Attached to the index" : "Attached";
        screen.Heading(string.Create(CultureInfo.InvariantCulture, $"{heading} ({referrers.Length})"));
        foreach (var referrer in referrers)
            screen.Write($"  {referrer.Digest}  {PlainText.Line(referrer.ArtifactType ?? "unknown")}");
    }

    private void Write(Image image)
    {
        screen.Write();
        screen.Heading(PlainText.Line($"Image {image.Config.Platform}"));
        Row("manifest", image.Digest.ToString());
        Row("image id", image.Config.Digest.ToString());
        Row("created", image.Config.Created ?? "");
        Row("user", image.Config.User);
        Row("directory", image.Config.WorkingDirectory);
        Row("entrypoint", image.Config.Entrypoint.IsEmpty ? "" : DockerfileText.Words(image.Config.Entrypoint));
        Row("command", image.Config.Cmd.IsEmpty ? "" : DockerfileText.Words(image.Config.Cmd));
        Rows("environment", image.Config.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
        Rows("ports", image.Config.ExposedPorts);
        Rows("volumes", image.Config.Volumes);
        Row("stop signal", image.Config.StopSignal ?? "");
        Row("health check", image.Config.HealthcheckJson ?? "");
        Rows("labels", image.Config.Labels.Select(pair => $"{pair.Key}={pair.Value}"));
        Rows("annotations", image.Manifest.Annotations.Select(pair => $"{pair.Key}={pair.Value}"));
        screen.Write();
        screen.Heading(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Layers ({image.Layers.Length}, {ByteSize.Text(SizeOf(image))})"
            )
        );
        var history = image.Config.LayerHistory;
        foreach (var (layer, i) in image.Layers.Select((layer, i) => (layer, i)))
        {
            var (descriptor, compression) = (layer.Blob.Descriptor, layer.Compression.ToString().ToLowerInvariant());
            var instruction = PlainText.Line(history.Length == image.Layers.Length ? history[i] ?? "" : "");
            screen.Write(
                $"  {descriptor.Digest}  {ByteSize.Text(descriptor.Size), 10}  {compression, -4}  {instruction}"
            );
        }

        screen.Write();
        screen.Heading("Dockerfile");
        foreach (var line in HistoryDockerfile.Of(image).TrimEnd('\n').Split('\n'))
            screen.Write($"  {line}");
    }

    private void Row(string name, string value)
    {
        if (value.Length > 0)
            screen.Write($"  {name.PadRight(NameWidth)} {PlainText.Line(value)}");
    }

    private void Rows(string name, IEnumerable<string> values)
    {
        foreach (var (value, i) in values.Select((value, i) => (value, i)))
            screen.Write($"  {(i == 0 ? name : "").PadRight(NameWidth)} {PlainText.Line(value)}");
    }

    private static long SizeOf(Image image) => image.Layers.Sum(layer => layer.Blob.Descriptor.Size);
}
