using System.Collections.Immutable;
using System.Globalization;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Inspection.Report.Contents;

/// <summary>What the layers of an image are called, and what sort of content each has.</summary>
internal static class LayerTitles
{
    private const string ShellPrefix = "/bin/sh -c ";
    private const string NoOperation = "#(nop)";

    /// <summary>
    /// Name and kind of each layer, lowest first. Ours have their names, and what lies below them is the base. In an
    /// image of others the lowest layer counts as the base, and each other one is called by its instruction and place.
    /// </summary>
    public static ImmutableArray<(string Name, LayerKind Kind)> Of(Image image)
    {
        var own = image.Config.OwnLayerNames;
        var history = image.Config.LayerHistory;
        var firstOwn = own.TakeWhile(name => name is null).Count();
        return
        [
            .. image.Layers.Select(
                (_, i) =>
                    own[i] is { } name ? (name, KindOf(name))
                    : firstOwn < own.Length && i < firstOwn ? (Numbered(Layer.BaseName, i), LayerKind.Base)
                    : Foreign(history.Length == own.Length ? history[i] : null, i)
            ),
        ];
    }

    private static LayerKind KindOf(string name) =>
        name switch
        {
            LayerNames.Packages => LayerKind.Packages,
            LayerNames.Runtime or LayerNames.AssetsRuntime => LayerKind.Runtime,
            LayerNames.Dependencies or LayerNames.Prerelease or LayerNames.AssetsDependencies => LayerKind.Dependencies,
            LayerNames.Host or LayerNames.Assets or LayerNames.Client or LayerNames.App => LayerKind.App,
            _ when name.StartsWith(LayerNames.OnePackage, StringComparison.Ordinal) => LayerKind.Dependencies,
            _ => LayerKind.Other,
        };

    private static (string Name, LayerKind Kind) Foreign(string? instruction, int index)
    {
        var verb = VerbOf(instruction ?? "");
        var kind =
            index == 0
                ? LayerKind.Base
                : verb switch
                {
                    "run" => LayerKind.Packages,
                    "copy" or "add" => LayerKind.App,
                    _ => LayerKind.Other,
                };
        return (Numbered(verb, index), kind);
    }

    // The classic builder writes "/bin/sh -c #(nop) COPY …" for what was no command, BuildKit "COPY …" and "RUN …".
    private static string VerbOf(string instruction)
    {
        var text = instruction.Trim();
        var isShell = text.StartsWith(ShellPrefix, StringComparison.Ordinal);
        if (isShell)
            text = text[ShellPrefix.Length..].TrimStart();
        if (text.StartsWith(NoOperation, StringComparison.Ordinal))
            text = text[NoOperation.Length..].TrimStart();
        else if (isShell || text.StartsWith('|'))
            return "run";
        return text.Split(' ')[0] switch
        {
            "ADD" => "add",
            "COPY" => "copy",
            "RUN" => "run",
            "WORKDIR" => "workdir",
            _ => "layer",
        };
    }

    private static string Numbered(string name, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} {index}");
}
