using System.Collections.Immutable;

namespace Containerize.Tool.Output;

/// <summary>
/// Advice in the words of the command. Core names settings as a project writes them; the user of a command has
/// options and a Dockerfile instead.
/// </summary>
internal static class CommandAdvice
{
    // Longer phrases come first, so that a name inside of one is not replaced alone.
    private static readonly ImmutableArray<(string Project, string Command)> Phrases =
    [
        (", or from ContainerPackageSource items: add one with Suites and Components.", ": add one there."),
        (
            "; set ContainerPackageSource items to use other sources than the machine's.",
            " of the machine's apt sources."
        ),
        (" (SignedBy of a ContainerPackageSource)", ""),
        (", or ContainerPackageSource items of the base's.", ", or a machine with apt sources of the base's release."),
        ("; correct it, or set ContainerPackageSource items instead.", "; correct it in the machine's apt sources."),
        (
            " Without a lock file publish again; with one, set ContainerUpdateLock=true, or use a source that "
                + "keeps old versions.",
            " Build again, or use a source that keeps old versions."
        ),
        (
            "Remove the ContainerPackage items, and ContainerBaseImage=packages, for this platform.",
            "Remove the comment '# containerize: packages=' for this platform."
        ),
        ("; use one, or ContainerBaseImage=packages.", "; use one, or FROM scratch."),
        ("in ContainerPackage is not", "in '# containerize: packages=' is not"),
        (
            "(ContainerPackage, or '# containerize: packages=NAME' above a stage)",
            "('# containerize: packages=NAME' above a stage)"
        ),
        (", or ContainerPackage in a project, installs them.", " installs them."),
        (
            "Publish once with a network, or set ContainerCacheDirectory to a cache that has it.",
            "Run it once with a network, or name a cache that has it with --cache-dir."
        ),
        ("Publish once with a network,", "Build once with a network,"),
        ("'skopeo copy' or ContainerArchiveOutputPath.", "'skopeo copy' or 'containerize copy'."),
        (
            "Leave one of their runtime identifiers out of ContainerRuntimeIdentifiers, or give it an image "
                + "name of its own.",
            "Name each platform once after --platform, or build it under a name of its own."
        ),
        ("Set ContainerRepository to lower-case letters", "Give it one with --tag: lower-case letters"),
        ("for ContainerRuntimeIdentifier.", "for the runtime identifier."),
        ("another ContainerRuntimeIdentifier", "another --platform"),
        ("ContainerOffline is set", "--offline is given"),
        ("ContainerCacheDirectory or --cache-dir", "--cache-dir"),
        (" (in a project ContainerCacheDirectory)", ""),
        (" (in a project ContainerDockerfileNetwork=host)", ""),
        (" (in a project ContainerDockerfileCacheTo)", ""),
        ("ContainerImageFormat", "--format"),
        ("ContainerCompression", "--compression"),
    ];

    /// <summary>The message as the command says it.</summary>
    /// <param name="message">A message of Core.</param>
    public static string Of(string message) =>
        Phrases.Aggregate(
            message,
            (text, phrase) => text.Replace(phrase.Project, phrase.Command, StringComparison.Ordinal)
        );
}
