using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;

namespace Containerize.Dockerfiles.Stages;

/// <summary>Files or an image that a build takes under a name (<c>--build-context</c>).</summary>
/// <param name="Folder">The absolute path of a folder; null for an image.</param>
/// <param name="Source">The source of the image, as <c>FROM</c> has it; empty for a folder.</param>
public sealed record NamedContext(string? Folder, string Source)
{
    public override string ToString() => Folder ?? Source;
}

/// <summary>
/// The named contexts of a build. A name stands for a stage, or for an image wherever <c>FROM</c>, <c>COPY --from</c>
/// or a mount names it: as in BuildKit <c>alpine</c>, <c>alpine:latest</c> and <c>docker.io/library/alpine</c> are one.
/// </summary>
/// <param name="Contexts">The contexts by <see cref="Normalize"/>d name.</param>
public sealed record NamedContexts(ImmutableDictionary<string, NamedContext> Contexts)
{
    private const string Images = "docker-image://";
    private const string Layouts = "oci-layout://";

    /// <summary>No context.</summary>
    public static NamedContexts None { get; } = new(ImmutableDictionary<string, NamedContext>.Empty);

    /// <summary>
    /// Reads <c>NAME=FOLDER</c>, <c>NAME=oci-layout://FOLDER[:TAG]</c> and <c>NAME=docker-image://REFERENCE</c>; the
    /// last of one name counts.
    /// </summary>
    /// <param name="texts">The values of <c>--build-context</c>.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <exception cref="ContainerizeException">CTZ0230.</exception>
    public static NamedContexts Read(IEnumerable<string> texts, string folder)
    {
        var contexts = ImmutableDictionary.CreateBuilder<string, NamedContext>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value])
                throw Invalid(text, "a name and a value with '=' between them are needed");
            contexts[Normalize(name)] = Context(text, value, folder);
        }

        return new NamedContexts(contexts.ToImmutable());
    }

    /// <summary>The context that an image's name means; null for none.</summary>
    public NamedContext? Find(string name) => Contexts.IsEmpty ? null : Contexts.GetValueOrDefault(Normalize(name));

    /// <summary>The context that takes a stage's place; null for none.</summary>
    internal NamedContext? OfStage(Stage stage) => stage.From.Name is { } name ? Find(name) : null;

    private static NamedContext Context(string text, string value, string folder)
    {
        if (value.StartsWith(Images, StringComparison.Ordinal))
            return new NamedContext(null, ImageReference.Parse(value[Images.Length..]).ToString());
        if (value.StartsWith(Layouts, StringComparison.Ordinal))
            return new NamedContext(null, "oci:" + Path.GetFullPath(value[Layouts.Length..], folder));
        if (value.Contains("://", StringComparison.Ordinal))
            throw Invalid(
                text,
                "only folders, oci-layout:// and docker-image:// can be a context here: fetch anything else "
                    + "before the build"
            );
        var path = Path.GetFullPath(value, folder);
        return Directory.Exists(path)
            ? new NamedContext(path, "")
            : throw Invalid(text, $"there is no folder '{path}'");
    }

    // What is no reference is compared as it stands.
    private static string Normalize(string name)
    {
        ImageReference reference;
        try
        {
            reference = ImageReference.Parse(name.ToLowerInvariant());
        }
        catch (ContainerizeException)
        {
            return name;
        }

        return
            reference with
            {
                Tag = reference.Tag == "latest" && reference.Digest is null ? null : reference.Tag,
            }
                is var plain
            ? plain.ToString()
            : name;
    }

    private static ContainerizeException Invalid(string text, string why) =>
        new(
            DiagnosticTable.InvalidContext,
            $"--build-context {text} cannot be used: {why}. Write '--build-context NAME=FOLDER', "
                + "'--build-context NAME=oci-layout://FOLDER:TAG' or '--build-context "
                + "NAME=docker-image://REFERENCE'."
        );
}
