using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Addresses;

namespace Containerize.Tool.Commands;

/// <summary>Where a build goes, from its command line.</summary>
internal sealed class BuildOutputs(ToolHost host, BuildOptions options)
{
    /// <summary>The places, at least one.</summary>
    /// <exception cref="ContainerizeException">CTZ0151 for a place that is not valid, CTZ0007 for a file about the
    /// image that cannot be written.</exception>
    public ImmutableArray<SinkAddress> Of(ParseResult line, ImmutableArray<ImageReference> names)
    {
        var outputs = (line.GetValue(options.Outputs) ?? [])
            .Select(text => SinkAddress.ParseOption(text, host.Folder))
            .ToList();
        if (line.GetValue(options.Push) && outputs.All(output => output.Kind != SinkKind.Registry))
            outputs.Add(new SinkAddress(SinkKind.Registry, "", null));
        if (line.GetValue(options.Load) && outputs.All(output => output.Kind != SinkKind.Engine))
            outputs.Add(new SinkAddress(SinkKind.Engine, "", null));
        if (outputs.Count == 0)
            outputs.Add(
                new SinkAddress(SinkKind.Archive, host.PathOf(names[0].Repository.Split('/')[^1] + ".tar"), null)
            );
        if (
            outputs.Any(output => output is { Kind: SinkKind.Registry, Name: null })
            && line.GetValue(options.Names) is not { Length: > 0 }
        )
            throw new ContainerizeException(
                DiagnosticTable.InvalidOutput,
                "A push needs the name of the image in the registry, and none is given. Write it with '--tag', such as "
                    + "'--tag registry.example/shop:v1'."
            );
        var isTaken =
            line.GetValue(options.Json) || host.Screen.OutputIsTerminal || outputs.Count(IsStandardOutput) > 1;
        if (outputs.Any(IsStandardOutput) && isTaken)
            throw new ContainerizeException(
                DiagnosticTable.InvalidOutput,
                "A tar cannot go to standard output when that is a terminal, when --json writes there, or "
                    + "twice. Write it to a file: 'type=tar,dest=FILE'."
            );
        // What only fails after a push leaves an image whose digest is in no file.
        foreach (var file in Files(line))
            OutputFiles.Try(file);
        return [.. outputs];
    }

    /// <summary>The paths that the build writes, which are no part of its context.</summary>
    // A folder that is merged into may hold the source itself.
    public ImmutableHashSet<string> Paths(ImmutableArray<SinkAddress> outputs, ParseResult line) =>
        [
            .. outputs
                .Where(output => output.Kind != SinkKind.RootFolder && output.Path.Length > 0)
                .Select(output => output.Path),
            .. Files(line),
        ];

    /// <summary>The files that the build writes about the image.</summary>
    public IEnumerable<string> Files(ParseResult line) =>
        new[] { line.GetValue(options.ImageIdFile), line.GetValue(options.MetadataFile) }
            .Where(file => file is { Length: > 0 })
            .Select(file => host.PathOf(file!));

    /// <summary>Whether a place is given all bytes of an image; a registry and a layout may have some.</summary>
    public static bool ReadsAll(SinkAddress output) =>
        output.Kind != SinkKind.Registry && (output.Kind != SinkKind.Layout || !Directory.Exists(output.Path));

    /// <summary>Whether a place is given files without an image around them.</summary>
    public static bool IsFiles(SinkAddress output) => output.Kind is SinkKind.RootTar or SinkKind.RootFolder;

    /// <summary>A name that the image gets.</summary>
    /// <exception cref="ContainerizeException">CTZ0001.</exception>
    public static ImageReference NameOf(string text)
    {
        ForeignAddress.RefuseName(text);
        return ImageReference.Parse(text);
    }

    /// <summary>Whether a place is standard output.</summary>
    public static bool IsStandardOutput(SinkAddress output) => output is { Kind: SinkKind.RootTar, Path: "" };
}
