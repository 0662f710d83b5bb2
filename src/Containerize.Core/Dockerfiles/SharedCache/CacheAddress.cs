using Containerize.Diagnostics;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;
using Containerize.Stores.Addresses;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>A cache of steps in a registry, as a user names it.</summary>
/// <param name="Reference">The tag that holds it.</param>
public sealed record CacheAddress(ImageReference Reference)
{
    private const string Registry = "registry";

    // What a cache is written with; one that is read has the first two words.
    private static readonly (string Name, string[] Values)[] Words =
    [
        ("type", [Registry]),
        ("ref", []),
        ("mode", ["min", "max"]),
        ("ignore-error", ["true", "false"]),
        ("oci-mediatypes", ["true"]),
        ("image-manifest", ["true"]),
    ];

    private static readonly string[] UsualTags = ["cache", "steps"];

    /// <summary>The steps that are written to it.</summary>
    public SharedStepMode Mode { get; init; } = SharedStepMode.Min;

    /// <summary>Whether a build ends well though the cache cannot be written.</summary>
    public bool IgnoresErrors { get; init; }

    /// <summary>Reads <c>REFERENCE</c> or <c>type=registry,ref=REFERENCE</c>, both with <c>,mode=min|max</c> and
    /// <c>,ignore-error=true|false</c> for a cache that is written.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="option">How the user calls it, for errors.</param>
    /// <param name="isWritten">Whether the cache is written, and not read.</param>
    /// <exception cref="ContainerizeException">CTZ0449; CTZ0455 for another type than <c>registry</c>; CTZ0001 for the
    /// reference.</exception>
    public static CacheAddress Parse(string text, string option, bool isWritten)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries);
        if (words.FirstOrDefault(IsForeign) is { } foreign && Suggest(foreign, isWritten).Length == 0)
            throw new ContainerizeException(
                DiagnosticTable.BuildOptionForeign,
                $"{option} has no effect here: a cache of the type '{SingleLineText.Of(foreign[5..])}' is neither read "
                    + "nor written. Steps are shared through a registry, as in "
                    + $"'{option} registry.example/shop:cache', or by a folder that the pipeline keeps between its "
                    + "builds, with --cache-dir (in a project ContainerCacheDirectory)."
            );
        var (reference, mode, ignores, seen) = ("", SharedStepMode.Min, false, new HashSet<string>());
        foreach (var (word, index) in words.Select((word, index) => (word, index)))
        {
            if (word.Split('=', 2) is not [var name, var value])
            {
                if (words is [""])
                    throw Invalid(option, words, "it is empty");
                if (index > 0 || word.Length == 0)
                    throw Invalid(option, words, $"'{SingleLineText.Of(word)}' has no '='", Suggest(word, isWritten));
                (name, value) = ("ref", word);
            }

            if (!seen.Add(name))
                throw Invalid(option, words, $"'{SingleLineText.Of(name)}' is there twice");
            switch (name, value)
            {
                case ("type", Registry):
                    break;
                case ("ref", { Length: > 0 }):
                    reference = value;
                    break;
                case ("mode", "min" or "max") when isWritten:
                    mode = value == "max" ? SharedStepMode.Max : SharedStepMode.Min;
                    break;
                case ("ignore-error", "true" or "false") when isWritten:
                    ignores = value == "true";
                    break;
                // BuildKit's words for what is always so here.
                case ("oci-mediatypes" or "image-manifest", "true") when isWritten:
                    break;
                default:
                    throw Invalid(
                        option,
                        words,
                        $"'{SingleLineText.Of(IsShown(name) ? word : name)}' means nothing there",
                        Suggest(word, isWritten)
                    );
            }
        }

        if (reference.Length == 0)
            throw Invalid(option, words, "'ref' is missing");
        Demand(option, words, reference);
        var parsed = ImageReference.Parse(reference);
        if (parsed.Digest is not null)
            throw Invalid(option, words, "a digest never changes, and a cache does: name a tag");
        if (isWritten && !ImageReference.NamesTag(reference))
            throw new ContainerizeException(
                DiagnosticTable.CacheAddressInvalid,
                $"{option} '{Shown(words)}' cannot be used: it names no tag, and without one it means '{parsed}', "
                    + "which is an image as a rule. Name a tag for the cache alone, "
                    + $"'{Passwords.Hide(SingleLineText.Of(reference))}:cache'."
            );
        return new CacheAddress(parsed) { Mode = mode, IgnoresErrors = ignores };
    }

    /// <summary>Refuses a cache that is written to a tag which the image gets: whichever is written last would take the
    /// other's place.</summary>
    /// <param name="caches">The caches that are written.</param>
    /// <param name="images">The names of the image.</param>
    /// <param name="option">How the user calls the caches.</param>
    /// <exception cref="ContainerizeException">CTZ0464.</exception>
    public static void RefuseImages(IEnumerable<CacheAddress> caches, IEnumerable<ImageReference> images, string option)
    {
        var names = images.Select(Place).ToHashSet();
        if (caches.FirstOrDefault(cache => names.Contains(Place(cache.Reference))) is not { } same)
            return;
        var free = UsualTags
            .Concat(Enumerable.Range(2, names.Count + 1).Select(number => $"cache{number}"))
            .First(tag => !names.Contains(same.Reference with { Tag = tag }));
        throw new ContainerizeException(
            DiagnosticTable.SharedCacheIsImage,
            $"{option} {same} is a name of the image, too, and a tag holds one of the two. Nothing was built. Name a "
                + $"tag for the cache alone, such as '{same.Reference with { Tag = free }}'."
        );

        static ImageReference Place(ImageReference name) => name with { Tag = name.Tag ?? "latest", Digest = null };
    }

    public override string ToString() => Reference.ToString();

    private static bool IsForeign(string word) =>
        word.StartsWith("type=", StringComparison.Ordinal) && word != "type=" + Registry;

    // A place on this machine is a name in Docker Hub, too, and what a build made would leave the machine.
    private static void Demand(string option, string[] words, string reference)
    {
        ForeignAddress.Refuse(reference);
        if (!IsLocal(reference))
            return;
        throw new ContainerizeException(
            DiagnosticTable.CacheAddressInvalid,
            $"{option} '{Shown(words)}' cannot be used: a cache of steps lies in a registry, and this is a place on "
                + "this machine. Write 'registry.example/shop:cache', or name a folder that the pipeline keeps between "
                + "its builds with --cache-dir (in a project ContainerCacheDirectory)."
        );

        static bool IsLocal(string text) =>
            text.StartsWith('.')
            || text.StartsWith('~')
            || Path.IsPathFullyQualified(text)
            || ImageSources.RegistryOf(text) is null;
    }

    // Values of other words may be passwords, and are not shown.
    private static bool IsShown(string name) => Words.Any(known => known.Name == name);

    private static string Shown(IEnumerable<string> words) =>
        Passwords.Hide(
            SingleLineText.Of(
                string.Join(
                    ',',
                    words.Select(word => word.Split('=', 2) is [var name, _] && !IsShown(name) ? name + "=…" : word)
                )
            )
        );

    // The word that was probably meant, with its value where that has a choice.
    private static string Suggest(string word, bool isWritten)
    {
        var known = isWritten ? Words : Words[..2];
        var pairs = known.SelectMany(one => one.Values.Select(value => $"{one.Name}={value}")).ToList();
        var name = word.Split('=')[0];
        var meant =
            Spelling.Nearest(word, pairs)
            ?? (pairs.Find(pair => pair.EndsWith("=" + word, StringComparison.Ordinal)))
            ?? (
                word.Length > name.Length
                && Spelling.Nearest(name, known.Select(one => one.Name)) is { } near
                && near != name
                    ? near + "=…"
                    : null
            );
        return meant is null ? "" : $" Did you mean '{meant}'?";
    }

    private static ContainerizeException Invalid(
        string option,
        IEnumerable<string> words,
        string why,
        string suggestion = ""
    ) =>
        new(
            DiagnosticTable.CacheAddressInvalid,
            $"{option} '{Shown(words)}' cannot be used: {why}.{suggestion} Write 'registry.example/shop:cache', with "
                + "',mode=max' for all stages of a cache that is written."
        );
}
