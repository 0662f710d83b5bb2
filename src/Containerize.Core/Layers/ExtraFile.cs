using System.Globalization;
using Containerize.Diagnostics;

namespace Containerize.Layers;

/// <summary>A file beside the published ones (<c>ContainerFile</c>).</summary>
/// <param name="SourcePath">Its full path on the host.</param>
/// <param name="Path">Where it lies in the container.</param>
public sealed record ExtraFile(string SourcePath, ContainerPath Path)
{
    /// <summary>Its mode; null to tell it from the content.</summary>
    public int? Mode { get; init; }

    /// <summary>The owner's number.</summary>
    public int Uid { get; init; }

    /// <summary>The group's number.</summary>
    public int Gid { get; init; }

    /// <summary>The name of its layer.</summary>
    public string Layer { get; init; } = LayerNames.App;

    /// <summary>Reads a mode in octal digits: <c>644</c>, <c>0755</c>, <c>4755</c>; empty is null.</summary>
    /// <exception cref="ContainerizeException">CTZ0058.</exception>
    public static int? ParseMode(string text, string file)
    {
        if (text.Length == 0)
            return null;
        return text.Length is 3 or 4 && text.All(digit => digit is >= '0' and <= '7')
            ? Convert.ToInt32(text, 8)
            : throw Invalid(file, $"Mode='{text}' is no mode: three or four octal digits are, such as 0644");
    }

    /// <summary>Reads an owner: <c>uid</c> or <c>uid:gid</c>; a user without a group is in the group of the same number.</summary>
    /// <exception cref="ContainerizeException">CTZ0058.</exception>
    public static (int Uid, int Gid) ParseOwner(string text, string file)
    {
        if (text.Length == 0)
            return (0, 0);
        var numbers = text.Split(':').Select(part => part == "root" ? "0" : part)
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
        return numbers.Length is 1 or 2 && !numbers.Contains(-1)
            ? (numbers[0], numbers[^1])
            : throw Invalid(file, $"Owner='{text}' is no owner: 'uid' or 'uid:gid' with numbers is, such as 1654:1654");
    }

    internal LayerEntry ToEntry(DateTimeOffset time)
    {
        if (!File.Exists(SourcePath))
            throw Invalid(SourcePath, "it does not exist");
        var content = FileContent.FromFile(SourcePath);
        return new LayerEntry(Path, EntryKind.File, Mode ?? FileKind.ModeOf(content)) { Content = content, Uid = Uid, Gid = Gid, ModificationTime = time };
    }

    private static ContainerizeException Invalid(string file, string why) =>
        new(DiagnosticTable.InvalidFile, $"ContainerFile '{file}': {why}.");
}
