using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Packages;

/// <summary>A NuGet package of a project in the lock file.</summary>
/// <param name="Version">The version that the last run with <c>ContainerUpdateLock</c> published.</param>
/// <param name="Changes">How many such runs published another version than the one before them.</param>
public sealed record LockedLibrary(string Version, int Changes)
{
    /// <summary>More changes than this count as this many.</summary>
    public const int MostChanges = 1_000_000;

    internal static LockedLibrary Read(JsonObject json) =>
        (int)json["changes"]! is >= 0 and <= MostChanges and var changes
            ? new((string?)json["version"] ?? throw new FormatException("a NuGet package has no version"), changes)
            : throw new FormatException(
                $"'changes' is {json["changes"]}, and a number from 0 to {MostChanges} is read"
            );

    internal JsonObject ToJson() => new() { ["version"] = Version, ["changes"] = Changes };

    internal LockedLibrary Next(string version) =>
        version == Version ? this : new(version, Math.Min(Changes + 1, MostChanges));
}

/// <summary>
/// The NuGet packages of a project in the lock file, for one platform: which version each has, and how often that
/// changed. They pin nothing, as NuGet has a lock file of its own; they are the history of versions that layers follow
/// from, and the only place of it that is the same on every machine.
/// </summary>
/// <param name="ById">By the id, in any case.</param>
public sealed record LockedLibraries(ImmutableSortedDictionary<string, LockedLibrary> ById)
{
    /// <summary>Nothing is known.</summary>
    public static LockedLibraries None { get; } =
        new(ImmutableSortedDictionary.Create<string, LockedLibrary>(StringComparer.OrdinalIgnoreCase));

    /// <summary>How often the version of each package changed, by its id.</summary>
    public ImmutableDictionary<string, int> Changes =>
        ById.ToImmutableDictionary(
            library => library.Key,
            library => library.Value.Changes,
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>What a lock file has of a project for a platform; nothing where there is no file.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="project">The project's name.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0089 when the file cannot be read.</exception>
    public static LockedLibraries Of(string path, Platform platform, string project) =>
        new PackageLockFile(path, isUpdate: false).TryFind(platform)?.Libraries.GetValueOrDefault(project) ?? None;

    /// <summary>What a run writes: the packages that it publishes, each with its changes so far. The same packages once
    /// more change nothing.</summary>
    /// <param name="published">The packages of published files, a package as often as it has files.</param>
    public LockedLibraries Next(IEnumerable<(string Id, string Version)> published) =>
        new(
            published
                .GroupBy(package => package.Id, StringComparer.OrdinalIgnoreCase)
                .ToImmutableSortedDictionary(
                    files => files.Select(package => package.Id).Min(StringComparer.Ordinal)!,
                    files =>
                        Next(
                            files.Key,
                            string.Join(
                                ' ',
                                files.Select(package => package.Version).Distinct().Order(StringComparer.Ordinal)
                            )
                        ),
                    StringComparer.OrdinalIgnoreCase
                )
        );

    private LockedLibrary Next(string id, string version) =>
        ById.TryGetValue(id, out var before) ? before.Next(version) : new(version, 0);

    /// <summary>What another record changes, in lines that begin with <c>+</c>, <c>-</c> or <c>~</c>. The first record
    /// of a project is one line.</summary>
    internal IEnumerable<string> ChangesTo(LockedLibraries other)
    {
        if (ById.IsEmpty && !other.ById.IsEmpty)
        {
            yield return $"+ NuGet packages: {other.ById.Count}";
            yield break;
        }

        foreach (var (id, library) in other.ById)
        {
            if (!ById.TryGetValue(id, out var old))
                yield return $"+ NuGet {id} {library.Version}";
            else if (old.Version != library.Version)
                yield return $"~ NuGet {id} {old.Version} -> {library.Version}";
        }

        foreach (var (id, library) in ById)
        {
            if (!other.ById.ContainsKey(id))
                yield return $"- NuGet {id} {library.Version}";
        }
    }

    internal static LockedLibraries Read(JsonObject json) =>
        new(
            json.ToImmutableSortedDictionary(
                library => library.Key,
                library => LockedLibrary.Read(library.Value!.AsObject()),
                StringComparer.OrdinalIgnoreCase
            )
        );

    internal JsonObject ToJson() =>
        new(ById.Select(library => KeyValuePair.Create(library.Key, (JsonNode?)library.Value.ToJson())));
}
