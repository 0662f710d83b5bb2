using System.Formats.Tar;
using System.Text;
using Containerize.Entries;

namespace Containerize.Core.Tests.Packages;

/// <summary>What tests of the layer of packages share.</summary>
public abstract class PackagesLayerTest
{
    protected static PaxTarEntry File(string path) =>
        new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream("x"u8.ToArray()) };

    private protected static List<string> Lines(TestInstallation installation) =>
        [
            .. installation.Layer.Entries.Select(entry =>
                $"{entry.Kind} {Convert.ToString(entry.Mode, 8)}{(entry.Uid == 0 ? "" : $" {entry.Uid}")} {entry.Path}"
                + (
                    entry.LinkTarget is { } target ? $" -> {target}"
                    : entry.Content is not null ? $" = {Text(entry)}"
                    : ""
                )
            ),
        ];

    protected static string Text(LayerEntry entry)
    {
        using var reader = new StreamReader(entry.Content!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
