using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Tool.Output;

/// <summary>Where images went, as people read it.</summary>
internal static class PushText
{
    public static void Write(Screen screen, ImageSet images, ImmutableArray<PushReport> reports)
    {
        screen.Write(images.Digest.ToString());
        foreach (var report in reports)
        {
            var fates = report
                .Layers.Values.GroupBy(fate => fate)
                .OrderBy(group => group.Key)
                .Select(group => $"{group.Count()} {(group.Count() == 1 ? "layer" : "layers")} {Word(group.Key)}");
            screen.Write(
                $"  -> {report.Destination}{(report.Layers.IsEmpty ? "" : $"  ({string.Join(", ", fates)})")}"
            );
            foreach (var note in report.Notes)
                screen.Note(PlainText.Line($"     {note}"));
        }
    }

    private static string Word(BlobFate fate) =>
        fate switch
        {
            BlobFate.Written => "written",
            BlobFate.Sent => "sent",
            BlobFate.AlreadyThere => "already there",
            _ => "mounted",
        };
}
