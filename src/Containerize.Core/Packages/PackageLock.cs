using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Packages;

/// <summary>
/// The lock file: for each platform what was asked for, the digest of the base image, and every package to the byte. It
/// holds no address of a mirror, and is sorted, so that it can be reviewed line by line.
/// </summary>
/// <param name="Platforms">By the platform's name: <c>linux/amd64</c>.</param>
public sealed record PackageLock(ImmutableSortedDictionary<string, PlatformLock> Platforms)
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The name that the file has beside the project.</summary>
    public const string FileName = "container.lock.json";

    /// <summary>Nothing is pinned.</summary>
    public static PackageLock Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, PlatformLock>(StringComparer.Ordinal));

    /// <summary>Reads a lock file.</summary>
    /// <exception cref="ContainerizeException">CTZ0089 for a malformed file, or one of a later version.</exception>
    public static PackageLock Parse(string text, string where)
    {
        try
        {
            var root = JsonNode.Parse(text)!.AsObject();
            if ((int)root["version"]! != Version)
                throw Invalid(
                    where,
                    $"its version is {root["version"]}, and {Version} is what this Containerize knows",
                    null
                );
            return new(
                root["platforms"]!
                    .AsObject()
                    .ToImmutableSortedDictionary(
                        platform => platform.Key,
                        platform => PlatformLock.Read(platform.Value!.AsObject()),
                        StringComparer.Ordinal
                    )
            );
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or FormatException
                        or ArgumentException
            )
        {
            throw Invalid(where, exception.Message, exception);
        }
    }

    /// <summary>The text of the file, ended by a line end.</summary>
    public override string ToString() =>
        new JsonObject
        {
            ["version"] = Version,
            ["platforms"] = new JsonObject(
                Platforms.Select(platform => KeyValuePair.Create(platform.Key, (JsonNode?)platform.Value.ToJson()))
            ),
        }.ToJsonString(Indented) + "\n";

    private static ContainerizeException Invalid(string where, string why, Exception? inner) =>
        new(
            DiagnosticTable.LockFileInvalid,
            $"The lock file {where} cannot be read: {why}. Correct it, or delete it and write it "
                + "again with -p:ContainerUpdateLock=true.",
            inner
        );
}

/// <summary>What is pinned for one platform.</summary>
/// <param name="Base">What the project calls the base image: <c>packages</c>, a reference, a place relative to the
/// project.</param>
/// <param name="BaseDigest">The digest of the base image; null for <c>packages</c>.</param>
/// <param name="Requested">What was asked for, sorted.</param>
/// <param name="Packages">Every package, sorted by name.</param>
public sealed record PlatformLock(
    string Base,
    Digest? BaseDigest,
    ImmutableArray<string> Requested,
    ImmutableArray<InstalledPackage> Packages
)
{
    /// <summary>No project has a history.</summary>
    public static ImmutableSortedDictionary<string, LockedLibraries> NoLibraries { get; } =
        ImmutableSortedDictionary.Create<string, LockedLibraries>(StringComparer.Ordinal);

    /// <summary>The NuGet packages of each project that has this lock file, by the project's name, with the history of
    /// their versions.</summary>
    public ImmutableSortedDictionary<string, LockedLibraries> Libraries { get; init; } = NoLibraries;

    /// <summary>This lock with what another one has of projects that this one does not name.</summary>
    internal PlatformLock WithLibrariesOf(PlatformLock other) =>
        this with
        {
            Libraries = other.Libraries.SetItems(Libraries),
        };

    /// <summary>What another lock changes: lines that begin with <c>+</c>, <c>-</c> or <c>~</c>; none when
    /// nothing.</summary>
    public IEnumerable<string> ChangesTo(PlatformLock other)
    {
        if (BaseDigest != other.BaseDigest)
            yield return $"~ base {other.Base} {BaseDigest?.ToString() ?? "none"} -> "
                + $"{other.BaseDigest?.ToString() ?? "none"}";
        var before = Packages.ToDictionary(package => package.Name, StringComparer.Ordinal);
        foreach (var package in other.Packages)
        {
            if (!before.Remove(package.Name, out var old))
                yield return $"+ {package.Name} {package.Version}";
            else if (old != package)
                yield return $"~ {package.Name} {old.Version} -> {package.Version}";
        }

        foreach (var gone in before.Values.OrderBy(package => package.Name, StringComparer.Ordinal))
            yield return $"- {gone.Name} {gone.Version}";
        foreach (var (project, libraries) in other.Libraries)
        {
            foreach (var change in Libraries.GetValueOrDefault(project, LockedLibraries.None).ChangesTo(libraries))
                yield return change;
        }
    }

    internal static PlatformLock Read(JsonObject json) =>
        new(
            (string)json["base"]!,
            (string?)json["baseDigest"] is { } digest ? Digest.Parse(digest) : null,
            [.. json["requested"]!.AsArray().Select(item => (string)item!)],
            [
                .. json["packages"]!
                    .AsArray()
                    .Select(item => item!.AsObject())
                    .Select(item => new InstalledPackage(
                        (string)item["name"]!,
                        (string)item["version"]!,
                        (string)item["architecture"]!,
                        Digest.Parse((string)item["digest"]!),
                        (long)item["size"]!,
                        (string)item["path"]!
                    )),
            ]
        )
        {
            Libraries =
                json["nuget"]
                    ?.AsObject()
                    .ToImmutableSortedDictionary(
                        project => project.Key,
                        project => LockedLibraries.Read(project.Value!.AsObject()),
                        StringComparer.Ordinal
                    )
                ?? NoLibraries,
        };

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["base"] = Base };
        if (BaseDigest is { } digest)
            json["baseDigest"] = digest.ToString();
        json["requested"] = new JsonArray([.. Requested.Select(text => (JsonNode?)text)]);
        json["packages"] = new JsonArray([
            .. Packages.Select(package =>
                (JsonNode?)
                    new JsonObject
                    {
                        ["name"] = package.Name,
                        ["version"] = package.Version,
                        ["architecture"] = package.Architecture,
                        ["digest"] = package.Digest.ToString(),
                        ["size"] = package.Size,
                        ["path"] = package.Path,
                    }
            ),
        ]);
        var libraries = Libraries.Where(project => !project.Value.ById.IsEmpty).ToList();
        if (libraries.Count > 0)
            json["nuget"] = new JsonObject(
                libraries.Select(project => KeyValuePair.Create(project.Key, (JsonNode?)project.Value.ToJson()))
            );
        return json;
    }
}
