using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Engines;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;

namespace Containerize.Publishing.Outputs;

/// <summary>What a project says about where its image goes and what it is called there.</summary>
public sealed record Destinations
{
    /// <summary>The repository, valid.</summary>
    public required string Repository { get; init; }

    /// <summary>The tags, valid, one at least.</summary>
    public required ImmutableArray<string> Tags { get; init; }

    /// <summary>The registries to push to.</summary>
    public ImmutableArray<string> Registries { get; init; } = [];

    /// <summary>The registry that the names belong to when nothing is pushed; where engines look for a name without
    /// one.</summary>
    public string NameRegistry { get; init; } = ImageReference.DockerHub;

    /// <summary>The absolute path of a tarball or of a folder for it; or empty.</summary>
    public string Archive { get; init; } = "";

    /// <summary>The absolute path of an OCI layout; or empty.</summary>
    public string Layout { get; init; } = "";

    /// <summary><c>Docker</c> or <c>Podman</c> for the engine on this machine; or empty.</summary>
    public string Engine { get; init; } = "";

    /// <summary>What the machine's engines run, which of several platforms a tarball offers to a Docker that takes one;
    /// null for any.</summary>
    public Platform? Machine { get; init; }

    /// <summary>The absolute path of the folder for a tarball when nothing else is asked for.</summary>
    public required string DefaultFolder { get; init; }

    /// <summary>The absolute path of the publish folder, in which no output may lie.</summary>
    public required string PublishPath { get; init; }

    /// <summary>The full names: in each registry, or in <see cref="NameRegistry"/>.</summary>
    public ImmutableArray<ImageReference> Names =>
        [.. Registries.DefaultIfEmpty(NameRegistry).SelectMany(registry => Tags.Select(tag => Name(registry, tag)))];

    /// <summary>The absolute path of the tarball; null when none is asked for.</summary>
    public string? ArchivePath
    {
        get
        {
            if (Archive.Length > 0)
                return OutputPath.IsFolder(Archive) ? Path.Combine(Archive, FileName) : Archive;
            if (Registries.IsEmpty && Layout.Length == 0 && Engine.Length == 0)
                return Path.Combine(DefaultFolder, FileName);
            return null;
        }
    }

    /// <summary>Reads <c>ContainerImageTag</c> and <c>ContainerImageTags</c>, of which one may be set.</summary>
    /// <param name="tag">The one tag, or empty.</param>
    /// <param name="tags">
    /// Tags with <c>;</c> between them; <c>semver</c> stands for those of the version, and beside it <c>-TAG</c> leaves
    /// one of them out.
    /// </param>
    /// <param name="version">The project's version.</param>
    /// <exception cref="ContainerizeException">CTZ0004 when both are, CTZ0003 for an invalid tag.</exception>
    public static ImmutableArray<string> ParseTags(string tag, string tags, string version)
    {
        if (tag.Length > 0 && tags.Length > 0)
            throw new ContainerizeException(
                DiagnosticTable.TagAndTags,
                $"ContainerImageTag is '{tag}' and ContainerImageTags is '{tags}'. Set only one of them; "
                    + "ContainerImageTags takes several, with ';' between."
            );
        var words = SettingList.Parse(tag + tags);
        // Only 'semver' brings tags that the list does not name; elsewhere a word with '-' before it is a slip.
        var mayLeaveOut = tags.Length > 0 && words.Contains(VersionTags.Keyword);
        var leftOut = words.Where(text => mayLeaveOut && text.StartsWith('-')).ToHashSet();
        var all = words
            .Where(text => !leftOut.Contains(text))
            .SelectMany(text => text == VersionTags.Keyword ? VersionTags.Of(version) : [text])
            .Where(text => !leftOut.Contains('-' + text))
            .Distinct()
            .ToImmutableArray();
        var invalid = all.IsEmpty ? tag + tags : all.FirstOrDefault(text => !ImageReference.IsTag(text));
        return invalid is null
            ? all
            : throw new ContainerizeException(
                DiagnosticTable.InvalidTag,
                $"'{invalid}' is not a tag. A tag has up to 128 letters, digits, '_', '.' and '-' and begins with "
                    + "a letter, a digit or '_'."
                    + (
                        invalid.Contains(',', StringComparison.Ordinal)
                            ? $" Between the tags of ContainerImageTags stands ';': '{invalid.Replace(',', ';')}'."
                            : ""
                    )
            );
    }

    /// <summary>The sinks, tarball first, registries last: what cannot be taken back comes when all else has
    /// worked.</summary>
    /// <param name="client">Reaches registries.</param>
    /// <param name="temporaryFolder">An absolute folder for what an engine reads.</param>
    /// <param name="cache">Where it is noted what was sent where; null for nowhere.</param>
    /// <exception cref="ContainerizeException">CTZ0008 for an output inside the publish folder, CTZ0001 for an invalid
    /// registry.</exception>
    public ImmutableArray<IImageSink> CreateSinks(
        RegistryClient client,
        string temporaryFolder,
        CacheFolder? cache = null
    )
    {
        var sinks = ImmutableArray.CreateBuilder<IImageSink>();
        if (ArchivePath is { } archive)
        {
            OutputPath.RefuseInside(archive, PublishPath, "ContainerArchiveOutputPath");
            sinks.Add(new ArchiveSink(archive, Names, Machine));
        }

        if (Layout.Length > 0)
        {
            OutputPath.RefuseInside(Layout, PublishPath, "ContainerOciLayoutPath");
            sinks.Add(new OciLayoutSink(Layout, Names));
        }

        if (Engine.Length > 0)
            sinks.Add(new EngineSink(LocalEngine.Parse(Engine), Names, temporaryFolder, Machine));
        foreach (var registry in Registries)
        {
            var repository = Name(registry, Tags[0]).Repository;
            var sink = new RegistrySink(registry, repository, Tags, client);
            sinks.Add(cache is null ? sink : new CachedSink(sink, registry, repository, cache, TimeProvider.System));
        }

        return sinks.ToImmutable();
    }

    // Only at Docker Hub does a repository without a namespace belong to one.
    private ImageReference Name(string registry, string tag) =>
        RegistryHost.Objection(registry) is { } objection
            ? throw new ContainerizeException(
                DiagnosticTable.InvalidReference,
                $"ContainerRegistry is '{Passwords.Hide(registry)}', which {objection}. Write it as "
                    + "'registry.example' or 'localhost:5000', "
                    + "without 'https://', without a user and without a path."
            )
        : registry == ImageReference.DockerHub ? ImageReference.Parse($"{registry}/{Repository}:{tag}")
        : new ImageReference(registry, Repository, tag);

    private string FileName => Repository.Replace('/', '-') + ".tar";
}
