using System.Collections.Immutable;

namespace Containerize.Repositories;

/// <summary>What git may use of this machine when it fetches a repository.</summary>
/// <param name="Settings">Settings of git that count before any file.</param>
/// <param name="Environment">Variables that git gets beside those of the process.</param>
/// <param name="IsUsers">Whether it is the user who names the repository, so that git has the user's
/// configuration.</param>
public sealed record GitAccess(
    ImmutableArray<(string Name, string Value)> Settings,
    ImmutableDictionary<string, string> Environment,
    bool IsUsers
)
{
    // No hook, no monitor and no helper that a command line names is started. A submodule may name a command (ext::)
    // or a repository of this machine (file://), which git forbids where nothing is configured.
    private static readonly ImmutableArray<(string, string)> Always =
    [
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("protocol.ext.allow", "never"),
        ("protocol.file.allow", "user"),
        ("advice.detachedHead", "false"),
    ];

    // A question would wait for ever.
    private static readonly ImmutableDictionary<string, string> Silent = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        [KeyValuePair.Create("GIT_TERMINAL_PROMPT", "0")]
    );

    /// <summary>For a repository that the user names: with the user's configuration, credentials and keys.</summary>
    public static GitAccess OfUser { get; } = new(Always, Silent, IsUsers: true);

    /// <summary>
    /// For a repository that a Dockerfile names: by https, http and git alone, with no configuration and so no
    /// credentials of the user, whose repositories a Dockerfile could read otherwise.
    /// </summary>
    public static GitAccess OfDockerfile { get; } = ForProtocols("https:http:git");

    /// <summary>The same by other protocols.</summary>
    /// <param name="protocols">Their names, with a colon between them.</param>
    internal static GitAccess ForProtocols(string protocols) =>
        new(
            [.. Always, ("credential.helper", ""), ("core.autocrlf", "false"), ("core.attributesFile", "/dev/null")],
            Silent
                .Add("GIT_CONFIG_GLOBAL", "/dev/null")
                .Add("GIT_CONFIG_NOSYSTEM", "1")
                .Add("GIT_ATTR_NOSYSTEM", "1")
                .Add("GIT_ALLOW_PROTOCOL", protocols),
            IsUsers: false
        );

    /// <summary>Whether a variable of this process stays away from git.</summary>
    internal bool Hides(string variable) =>
        !IsUsers
        && variable.StartsWith("GIT_", StringComparison.Ordinal)
        && !variable.StartsWith("GIT_SSL_", StringComparison.Ordinal);
}
