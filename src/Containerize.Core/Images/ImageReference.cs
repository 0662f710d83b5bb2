using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// Where an image is to be found: registry, repository, and a tag or a digest or both. The grammar is that of
/// distribution-spec ("Pulling manifests"); short names mean Docker Hub, as they do everywhere.
/// </summary>
/// <param name="Registry">Host with its port if it has one: <c>docker.io</c>, <c>localhost:5000</c>,
/// <c>[::1]:5000</c>.</param>
/// <param name="Repository">Path components with <c>/</c> between them, lower case.</param>
/// <param name="Tag">The tag, or null.</param>
/// <param name="Digest">The digest of the manifest or index, or null.</param>
public sealed partial record ImageReference(
    string Registry,
    string Repository,
    string? Tag = null,
    Digest? Digest = null
)
{
    /// <summary>The registry that short names belong to.</summary>
    public const string DockerHub = "docker.io";

    /// <summary>Reads a reference; without a registry it belongs to Docker Hub, without tag and digest to
    /// <c>latest</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0001, with the part that does not fit.</exception>
    public static ImageReference Parse(string text)
    {
        if (text.Length == 0)
            throw Invalid(text, "it is empty");
        var (name, digest) = SplitDigest(text);
        var colon = name.LastIndexOf(':');
        var hasTag = colon > name.LastIndexOf('/') && colon >= 0;
        var tag =
            hasTag ? name[(colon + 1)..]
            : digest is null ? "latest"
            : null;
        var (registry, repository) = SplitRegistry(hasTag ? name[..colon] : name);
        if (registry == "index.docker.io")
            registry = DockerHub;
        if (registry == DockerHub && !repository.Contains('/', StringComparison.Ordinal))
            repository = "library/" + repository;
        if (RegistryHost.Objection(registry) is { } objection)
            throw Invalid(text, $"'{Passwords.Hide(registry)}' {objection}");
        if (!IsRepository(repository))
            throw Invalid(
                text,
                $"'{repository}' is not a repository: lower-case letters, digits and single separators '.', "
                    + "'_', '-', '/' are"
            );
        if (tag is not null && !IsTag(tag))
            throw Invalid(text, $"'{tag}' is not a tag: up to 128 letters, digits, '_', '.' and '-' are");
        return new ImageReference(registry, repository, tag, digest);
    }

    /// <summary>Whether the text of a reference names its tag; one without means <c>latest</c>.</summary>
    internal static bool NamesTag(string text) =>
        text.Split('@')[0] is var name && name.LastIndexOf(':') > name.LastIndexOf('/');

    /// <summary>Whether the text may name a repository (distribution-spec, <c>&lt;name&gt;</c>).</summary>
    public static bool IsRepository(string text) => text.Length <= 255 && RepositoryPattern().IsMatch(text);

    /// <summary>Whether the text may be a tag (distribution-spec, <c>&lt;reference&gt;</c> as a tag).</summary>
    public static bool IsTag(string text) => TagPattern().IsMatch(text);

    /// <summary>Whether the text may be a registry's host, with or without a port.</summary>
    public static bool IsRegistry(string text) => RegistryHost.Objection(text) is null;

    /// <summary>The full name without tag and digest: <c>docker.io/library/ubuntu</c>.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>The digest if there is one, else the tag, else <c>latest</c>: what a registry is asked for.</summary>
    public string TagOrDigest => Digest?.ToString() ?? Tag ?? "latest";

    public override string ToString() => Name + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    private static (string Name, Digest? Digest) SplitDigest(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            return (text, null);
        return Images.Digest.TryParse(text[(at + 1)..], out var digest)
            ? (text[..at], digest)
            : throw Invalid(
                text,
                $"'{text[(at + 1)..]}' is not a digest: 'sha256:' and 64 lower-case hexadecimal digits are"
            );
    }

    // The first component is a registry if it could not be a repository's: it has a dot, a port or upper case, or is
    // localhost.
    private static (string Registry, string Repository) SplitRegistry(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return (DockerHub, name);
        var first = name[..slash];
        return first == "localhost" || first.AsSpan().ContainsAny(".:") || first.Any(char.IsAsciiLetterUpper)
            ? (first, name[(slash + 1)..])
            : (DockerHub, name);
    }

    private static ContainerizeException Invalid(string text, string why) =>
        new(
            DiagnosticTable.InvalidReference,
            $"The image reference '{Passwords.Hide(text)}' cannot be parsed: {why}. Write it as "
                + "'registry/repository:tag' or 'registry/repository@sha256:…'."
        );

    [GeneratedRegex(
        @"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();
}
