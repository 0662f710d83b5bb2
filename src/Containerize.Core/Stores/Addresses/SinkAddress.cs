using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Archives;
using Containerize.Stores.Engines;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;
using Containerize.Stores.RootFileSystems;

namespace Containerize.Stores.Addresses;

/// <summary>
/// One place that an image is to go to, as it is written on a command line: the mirror image of what
/// <see cref="ImageSources"/> opens.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The absolute path of a layout, tarball, tar or folder; empty elsewhere, of a tar too for standard
/// output.</param>
/// <param name="Name">The image's name there; null where the place does not say it.</param>
internal sealed record SinkAddress(SinkKind Kind, string Path, string? Name)
{
    /// <summary>Reads <c>oci:PATH[:NAME]</c>, <c>archive:PATH[:NAME]</c>, <c>daemon:NAME</c> or a reference to a
    /// registry.</summary>
    /// <param name="text">The place as the user writes it.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <exception cref="ContainerizeException">CTZ0151, or CTZ0001 for an invalid name.</exception>
    public static SinkAddress Parse(string text, string folder)
    {
        if (Rest(text, "oci:") is { } layout)
            return OnDisk(SinkKind.Layout, layout, folder);
        if (Rest(text, "archive:") is { } archive)
            return OnDisk(SinkKind.Archive, archive, folder);
        if (text is "scratch" or "packages")
            throw new ContainerizeException(
                DiagnosticTable.InvalidOutput,
                $"'{text}' is no place that an image can go to. {SinkErrors.NameHint}"
            );
        if (IsPath(text) && !text.Contains(':', StringComparison.Ordinal))
            throw new ContainerizeException(
                DiagnosticTable.InvalidOutput,
                $"'{text}' is a path, and a path does not say what is written there. "
                    + (
                        IsTarball(text)
                            ? $"Write 'archive:{text}' for a tarball."
                            : $"Write 'oci:{text}' for a layout, or 'archive:{text}' for a tarball."
                    )
            );
        ForeignAddress.Refuse(text);
        return Rest(text, "daemon:") is { } name
            ? new SinkAddress(SinkKind.Engine, "", ImageReference.Parse(name).ToString())
            : new SinkAddress(SinkKind.Registry, "", ImageReference.Parse(text).ToString());
    }

    /// <summary>
    /// Reads what <c>--output</c> takes: a place as <see cref="Parse"/> reads it, or the form of other builders, such
    /// as
    /// <c>type=oci,dest=FILE</c>: <c>type=oci</c> and <c>type=docker</c> with a <c>dest</c> are a tarball, which has
    /// both forms,
    /// <c>type=oci,tar=false</c> a layout folder, <c>type=docker</c> alone the engine, <c>type=registry</c> a push
    /// under the image's names;
    /// <c>type=tar</c> and <c>type=local</c> are the root file system without an image around it, and so are <c>-</c>
    /// and a path that is absolute or begins with a dot.
    /// </summary>
    /// <param name="text">The option's value.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <exception cref="ContainerizeException">CTZ0151, or CTZ0001 for an invalid name.</exception>
    public static SinkAddress ParseOption(string text, string folder)
    {
        if (text == "-")
            return new SinkAddress(SinkKind.RootTar, "", null);
        if (text.StartsWith('.') || System.IO.Path.IsPathFullyQualified(text))
            return new SinkAddress(SinkKind.RootFolder, System.IO.Path.GetFullPath(text, folder), null);
        if (!text.StartsWith("type=", StringComparison.Ordinal))
            return IsPlainName(text)
                ? throw SinkErrors.Invalid(
                    text,
                    "it may be a folder, './" + text + "', or an image in a registry, 'docker.io/library/" + text + "'"
                )
                : Parse(text, folder);
        var words = text.Split(',')
            .Select(word => word.Split('=', 2))
            .ToLookup(word => word[0].Trim(), word => word.Length > 1 ? word[1].Trim() : "true");
        if (
            words.FirstOrDefault(word =>
                word.Count() > 1 || word.Key is not ("type" or "dest" or "tar" or "name" or "push")
            ) is
            { } wrong
        )
            throw SinkErrors.Invalid(text, $"'{wrong.Key}' is {(wrong.Count() > 1 ? "there twice" : "unknown")}");
        var (type, dest, name) = (
            words["type"].Single(),
            words["dest"].SingleOrDefault(""),
            words["name"].SingleOrDefault()
        );
        WrittenPath.RefuseHome(dest);
        if (name is not null)
            ImageReference.Parse(name);
        return (type, dest.Length > 0, words["tar"].SingleOrDefault("true")) switch
        {
            ("oci" or "docker", true, "true") when dest != "-" => new SinkAddress(
                SinkKind.Archive,
                System.IO.Path.GetFullPath(dest, folder),
                name
            ),
            ("oci", true, "false") => new SinkAddress(SinkKind.Layout, System.IO.Path.GetFullPath(dest, folder), name),
            ("docker", false, "true") => new SinkAddress(SinkKind.Engine, "", name),
            ("tar", true, "true") when name is null => new SinkAddress(
                SinkKind.RootTar,
                dest == "-" ? "" : System.IO.Path.GetFullPath(dest, folder),
                null
            ),
            ("local", true, "true") when name is null && dest != "-" => new SinkAddress(
                SinkKind.RootFolder,
                System.IO.Path.GetFullPath(dest, folder),
                null
            ),
            ("registry", false, "true") => new SinkAddress(SinkKind.Registry, "", name),
            ("image", false, "true") when words["push"].SingleOrDefault() == "true" => new SinkAddress(
                SinkKind.Registry,
                "",
                name
            ),
            ("oci" or "tar" or "local", false, _) => throw SinkErrors.Invalid(text, "'dest' is missing"),
            _ => throw SinkErrors.Invalid(text, "that is no output that there is"),
        };
    }

    /// <summary>The names that the image gets there: the place's own, else those that it has.</summary>
    /// <param name="others">What the image is called, best first; may be empty.</param>
    /// <exception cref="ContainerizeException">CTZ0151 when there is none, CTZ0001 for an invalid one.</exception>
    public ImmutableArray<ImageReference> NamesOr(ImmutableArray<ImageReference> others)
    {
        if (Name is null)
            return others.IsEmpty ? [Own("latest")] : others;
        if (!ImageReference.IsTag(Name))
            return [ImageReference.Parse(Name)];
        return [others.IsEmpty ? Own(Name) : others[0] with { Tag = Name, Digest = null }];

        ImageReference Own(string tag) => new(ImageReference.DockerHub, "library/" + FileName, tag);
    }

    /// <summary>The sinks of several places, registries last: what cannot be taken back comes when all else has
    /// worked.</summary>
    /// <param name="places">The places.</param>
    /// <param name="names">What the image is called, for places that do not say it.</param>
    /// <param name="machine">What the machine's engines run; null for any.</param>
    /// <param name="engine">The engine that <c>daemon:</c> means.</param>
    /// <param name="temporaryFolder">An absolute folder for what is on its way: what an engine reads, the files of a
    /// tar.</param>
    /// <param name="client">Reaches registries.</param>
    /// <param name="keepsOwners">Whether this process may give files to other users, as root may.</param>
    /// <param name="standardOutput">Opens the stream that a tar goes to which has no file.</param>
    public static ImmutableArray<IImageSink> Open(
        ImmutableArray<SinkAddress> places,
        ImmutableArray<ImageReference> names,
        Platform? machine,
        LocalEngine engine,
        string temporaryFolder,
        RegistryClient client,
        bool keepsOwners = false,
        Func<Stream>? standardOutput = null
    ) =>
        [
            .. places
                .Where(place => place.Kind == SinkKind.RootTar)
                .Select(place => new RootTarSink(
                    place.Path.Length > 0 ? place.Path : null,
                    standardOutput ?? (() => Stream.Null),
                    temporaryFolder
                )),
            .. places
                .Where(place => place.Kind == SinkKind.RootFolder)
                .Select(place => new RootFolderSink(place.Path, keepsOwners)),
            .. places
                .Where(place => place.Kind is SinkKind.Layout or SinkKind.Archive or SinkKind.Engine)
                .Select(place => place.Open(names, machine, engine, temporaryFolder)),
            .. places
                .Where(place => place.Kind == SinkKind.Registry)
                .SelectMany(place => place.NamesOr(names))
                .GroupBy(name => (name.Registry, name.Repository))
                .Select(group => new RegistrySink(
                    group.Key.Registry,
                    group.Key.Repository,
                    [.. group.Select(name => name.Tag).OfType<string>().Distinct()],
                    client
                )),
        ];

    private IImageSink Open(
        ImmutableArray<ImageReference> names,
        Platform? machine,
        LocalEngine engine,
        string temporaryFolder
    )
    {
        var all = NamesOr(names);
        return Kind switch
        {
            SinkKind.Layout => new OciLayoutSink(Path, all),
            SinkKind.Archive => new ArchiveSink(Path, all, machine),
            _ => new EngineSink(engine, all, temporaryFolder, machine),
        };
    }

    /// <summary>Whether a word is a path and no name: it is absolute, begins with a dot and a slash, or has the ending
    /// of a tarball.</summary>
    public static bool IsPath(string text) =>
        text is "." or ".."
        || text.StartsWith("./", StringComparison.Ordinal)
        || text.StartsWith("../", StringComparison.Ordinal)
        || System.IO.Path.IsPathFullyQualified(text)
        || IsTarball(text);

    /// <summary>Whether a word has the ending of a tarball.</summary>
    public static bool IsTarball(string text) =>
        Array.Exists([".tar", ".tar.gz", ".tgz"], ending => text.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    // For other builders this is a folder, and for 'copy' it is an image in Docker Hub: a push by mistake cannot be
    // taken back.
    private static bool IsPlainName(string text) =>
        !text.Contains('/', StringComparison.Ordinal) && !text.Contains(':', StringComparison.Ordinal);

    // An image without a name is called after its file or folder.
    private string FileName =>
        RepositoryName.Normalize(
            System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.TrimEndingDirectorySeparator(Path))
        );

    private static SinkAddress OnDisk(SinkKind kind, string text, string folder)
    {
        var location = ImageLocation.Parse(text, folder);
        if (location.Name is { } name && !ImageReference.IsTag(name))
            ImageReference.Parse(name);
        return new SinkAddress(kind, location.Path, location.Name);
    }

    private static string? Rest(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
}
