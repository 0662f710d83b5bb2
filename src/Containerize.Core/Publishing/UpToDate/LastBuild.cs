using System.Collections.Immutable;
using Containerize.IO;
using Containerize.Layers.Caching;
using Containerize.Stores;

namespace Containerize.Publishing.UpToDate;

/// <summary>
/// What a run went from, what it left behind, and its closing message: enough to tell that another run would do the
/// same, and to say the same without doing it.
/// </summary>
public sealed record LastBuild
{
    /// <summary>All settings of the run, as one text; compared and not parsed.</summary>
    public required string Settings { get; init; }

    /// <summary>Everything in the publish folder, in the order of <see cref="FolderState"/>.</summary>
    public required ImmutableArray<KnownFile> Published { get; init; }

    /// <summary>Files from elsewhere that went into the image, by their absolute paths.</summary>
    public ImmutableArray<KnownFile> Added { get; init; } = [];

    /// <summary>What tells that the base and the outputs are still there, and other files that must not have
    /// changed.</summary>
    public required ImmutableArray<KnownFile> Watched { get; init; }

    /// <summary>Names in registries that must still have these digests.</summary>
    public ImmutableArray<NamedDigest> Names { get; init; } = [];

    /// <summary>What the run wants to say again, by keys of its own.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Outcome { get; init; }

    /// <summary>
    /// Whether a run with these settings would find on this machine what the recorded one found, and its outputs
    /// untouched. A file that only looks changed is read and compared.
    /// </summary>
    /// <param name="settings">All settings of the run.</param>
    /// <param name="published">The publish folder now.</param>
    /// <param name="publishPath">Its absolute path.</param>
    public bool Fits(string settings, FolderState published, string publishPath) =>
        Settings == settings
        && Watched.All(file => file.State == FileState.Of(file.Path))
        && Published.Length == published.Entries.Length
        && Published
            .Zip(published.Entries)
            .All(pair =>
                pair.First.Path == pair.Second.Path
                && pair.First.Is(pair.Second.State, Path.Combine(publishPath, pair.Second.Path))
            )
        && Added.All(file => file.Is(FileState.Of(file.Path), file.Path));
}
