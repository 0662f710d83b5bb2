using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Archives;
using Containerize.Stores.Engines;
using Containerize.Stores.Layout;
using Containerize.Stores.Registries;

namespace Containerize.Stores;

/// <summary>The kinds of places that an image can go to.</summary>
public enum SinkKind
{
    Registry,
    Layout,
    Archive,
    Engine,
}

/// <summary>
/// One place that an image is to go to, as it is written on a command line: the mirror image of what
/// <see cref="ImageSources"/> opens.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The absolute path of a layout or tarball; empty elsewhere.</param>
/// <param name="Name">The image's name there; null where the place does not say it.</param>
public sealed record SinkAddress(SinkKind Kind, string Path, string? Name)
{
    private const string NameHint = "Write 'registry.example/name:tag', 'oci:FOLDER[:tag]', 'archive:FILE[:name:tag]' or 'daemon:name:tag'.";

    /// <summary>Reads <c>oci:PATH[:NAME]</c>, <c>archive:PATH[:NAME]</c>, <c>daemon:NAME</c> or a reference to a registry.</summary>
    /// <param name="text">The place as the user writes it.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <exception cref="ContainerizeException">CTZ0151, or CTZ0001 for a name that is none.</exception>
    public static SinkAddress Parse(string text, string folder)
    {
        if (Rest(text, "oci:") is { } layout)
            return OnDisk(SinkKind.Layout, layout, folder);
        if (Rest(text, "archive:") is { } archive)
            return OnDisk(SinkKind.Archive, archive, folder);
        if (text is "scratch" or "packages")
            throw new ContainerizeException(DiagnosticTable.InvalidOutput, $"'{text}' is no place that an image can go to. {NameHint}");
        return Rest(text, "daemon:") is { } name ? new SinkAddress(SinkKind.Engine, "", ImageReference.Parse(name).ToString())
            : new SinkAddress(SinkKind.Registry, "", ImageReference.Parse(text).ToString());
    }

    /// <summary>The names that the image gets there: the place's own, else those that it has.</summary>
    /// <param name="others">What the image is called, best first; may be empty.</param>
    /// <exception cref="ContainerizeException">CTZ0151 when there is none, CTZ0001 for one that is none.</exception>
    public ImmutableArray<ImageReference> NamesOr(ImmutableArray<ImageReference> others) => Name is null
        ? others.IsEmpty ? [new ImageReference(ImageReference.DockerHub, "library/" + FileName, "latest")] : others
        : ImageReference.IsTag(Name)
            ? [others.IsEmpty ? new ImageReference(ImageReference.DockerHub, "library/" + FileName, Name) : others[0] with { Tag = Name, Digest = null }]
            : [ImageReference.Parse(Name)];

    /// <summary>The sink.</summary>
    /// <param name="names">What the image is called, for places that do not say it.</param>
    /// <param name="machine">What the machine's engines run; null for any.</param>
    /// <param name="engine">The engine that <c>daemon:</c> means.</param>
    /// <param name="temporaryFolder">An absolute folder for what an engine reads.</param>
    /// <param name="client">Reaches registries.</param>
    public IImageSink Open(ImmutableArray<ImageReference> names, Platform? machine, LocalEngine engine, string temporaryFolder, RegistryClient client)
    {
        var all = NamesOr(names);
        return Kind switch
        {
            SinkKind.Layout => new OciLayoutSink(Path, all),
            SinkKind.Archive => new ArchiveSink(Path, all, machine),
            SinkKind.Engine => new EngineSink(engine, all, temporaryFolder, machine),
            _ => new RegistrySink(all[0].Registry, all[0].Repository, [.. all.Select(name => name.Tag).OfType<string>()], client),
        };
    }

    // What nobody named is called after its file or folder.
    private string FileName => RepositoryName.Normalize(System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.TrimEndingDirectorySeparator(Path)));

    private static SinkAddress OnDisk(SinkKind kind, string text, string folder)
    {
        var location = ImageLocation.Parse(text, folder);
        if (location.Name is { } name && !ImageReference.IsTag(name))
            ImageReference.Parse(name);
        return new SinkAddress(kind, location.Path, location.Name);
    }

    private static string? Rest(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
}
