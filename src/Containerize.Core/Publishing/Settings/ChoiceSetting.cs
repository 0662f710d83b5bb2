using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Publishing.Settings;

/// <summary>Reads settings that are one of a few words.</summary>
public static class ChoiceSetting
{
    /// <summary><c>OCI</c> or <c>Docker</c>; empty is null, the base's.</summary>
    /// <exception cref="ContainerizeException">CTZ0015.</exception>
    public static ImageFormat? ParseFormat(string text) =>
        text.ToUpperInvariant() switch
        {
            "" => null,
            "OCI" => ImageFormat.Oci,
            "DOCKER" => ImageFormat.Docker,
            _ => throw Invalid("ContainerImageFormat", text, "OCI or Docker"),
        };

    /// <summary><c>gzip</c>, <c>zstd</c> or <c>none</c>; empty is gzip.</summary>
    /// <exception cref="ContainerizeException">CTZ0015.</exception>
    public static LayerCompression ParseCompression(string text) =>
        text.ToUpperInvariant() switch
        {
            "" or "GZIP" => LayerCompression.Gzip,
            "ZSTD" => LayerCompression.Zstd,
            "NONE" => LayerCompression.None,
            _ => throw Invalid("ContainerCompression", text, "gzip, zstd or none"),
        };

    /// <summary>1 to 9 for gzip, 1 to 19 for zstd; empty is null, the layer format's own level.</summary>
    /// <exception cref="ContainerizeException">CTZ0015.</exception>
    public static int? ParseLevel(string text, LayerCompression compression)
    {
        if (text.Length == 0)
            return null;
        var most = compression switch
        {
            LayerCompression.Gzip => 9,
            LayerCompression.Zstd => 19,
            _ => 0,
        };
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level)
            && level >= 1
            && level <= most
            ? level
            : throw Invalid(
                "ContainerCompressionLevel",
                text,
                most == 0 ? "nothing, since ContainerCompression is 'none'" : $"a number from 1 to {most}"
            );
    }

    /// <summary>The compression of the layers that last: <c>gzip</c> or <c>zstd</c>, with <c>:</c> and a level after it
    /// or at the level that packs the smallest; empty is that of the others.</summary>
    /// <exception cref="ContainerizeException">CTZ0015.</exception>
    public static LayerEncoding ParseLasting(string text, LayerEncoding usual)
    {
        if (text.Length == 0)
            return usual;
        var parts = text.Split(':');
        var (compression, most) = parts[0].ToUpperInvariant() switch
        {
            "GZIP" => (LayerCompression.Gzip, 9),
            "ZSTD" => (LayerCompression.Zstd, 19),
            _ => throw InvalidLasting(text),
        };
        if (parts.Length == 1)
            return new LayerEncoding(compression, most);
        return
            parts.Length == 2
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var level)
            && level >= 1
            && level <= most
            ? new LayerEncoding(compression, level)
            : throw InvalidLasting(text);
    }

    private static ContainerizeException InvalidLasting(string text) =>
        Invalid(
            "ContainerLastingCompression",
            text,
            "gzip:1 to gzip:9, zstd:1 to zstd:19, or gzip or zstd for the last"
        );

    /// <summary>How many layers published files are split into, from 1 to 100; empty is eight.</summary>
    /// <exception cref="ContainerizeException">CTZ0015.</exception>
    public static int ParseBudget(string text) =>
        text.Length == 0 ? LayerBudget.Default
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var budget)
        && budget is >= 1 and <= 100
            ? budget
        : throw Invalid("ContainerLayerBudget", text, "a number from 1 to 100");

    private static ContainerizeException Invalid(string setting, string value, string known) =>
        new(DiagnosticTable.InvalidSetting, $"{setting} is '{value}'. Set it to {known}.");
}
