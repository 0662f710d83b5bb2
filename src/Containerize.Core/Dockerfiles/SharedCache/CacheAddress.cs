using Containerize.Diagnostics;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;

namespace Containerize.Dockerfiles.SharedCache;

/// <summary>A cache of steps in a registry, as a user names it.</summary>
/// <param name="Reference">The tag that holds it.</param>
public sealed record CacheAddress(ImageReference Reference)
{
    private const string Registry = "registry";

    // Values of other words may be passwords, and are not shown.
    private static readonly string[] Shown =
    [
        "type",
        "ref",
        "mode",
        "ignore-error",
        "oci-mediatypes",
        "image-manifest",
    ];

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
        if (words.FirstOrDefault(IsForeign) is { } foreign)
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
                if (index > 0 || word.Length == 0)
                    throw Invalid(option, words, $"'{SingleLineText.Of(word)}' has no '='");
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
                        $"'{SingleLineText.Of(Shown.Contains(name) ? word : name)}' means nothing there"
                    );
            }
        }

        var parsed =
            reference.Length > 0 ? ImageReference.Parse(reference) : throw Invalid(option, words, "'ref' is missing");
        return parsed.Digest is null
            ? new CacheAddress(parsed) { Mode = mode, IgnoresErrors = ignores }
            : throw Invalid(option, words, "a digest never changes, and a cache does: name a tag");
    }

    public override string ToString() => Reference.ToString();

    private static bool IsForeign(string word) =>
        word.StartsWith("type=", StringComparison.Ordinal) && word != "type=" + Registry;

    private static string ShownOf(string word) =>
        word.Split('=', 2) is [var name, _] && !Shown.Contains(name) ? name + "=…" : word;

    private static ContainerizeException Invalid(string option, IEnumerable<string> words, string why) =>
        new(
            DiagnosticTable.CacheAddressInvalid,
            $"{option} {Passwords.Hide(SingleLineText.Of(string.Join(',', words.Select(ShownOf))))} cannot be used: "
                + $"{why}. Write "
                + "'registry.example/shop:cache', with ',mode=max' for all stages of a cache that is written."
        );
}
