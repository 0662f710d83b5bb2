using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Running;

/// <summary>The variables of the machine's own programs in a sandbox, and those that must never reach these from an image.</summary>
internal static class SandboxEnvironment
{
    // ld.so(8): what the loader and the C library take from the environment of programs, and themselves do not let through to
    // programs with more rights than their caller.
    private static readonly ImmutableHashSet<string> Loader = ["GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH", "MALLOC_TRACE", "NLSPATH"];

    public static ImmutableArray<KeyValuePair<string, string>> Of(RunnerMachine machine) =>
    [
        new("PATH", machine.SearchPath),
        new("LC_ALL", "C"),
        // The other way of mounting takes no option of more than 255 characters, which the layers of an image soon are.
        new("LIBMOUNT_FORCE_MOUNT2", "always"),
    ];

    /// <summary>What a shell may have set; the command does not get it unless its own variables say so.</summary>
    public static ImmutableArray<string> NotForCommands { get; } = ["PATH", "LC_ALL", "LIBMOUNT_FORCE_MOUNT2", "PWD", "OLDPWD", "SHLVL", "_"];

    /// <summary>Whether a variable changes which code a program of the machine loads.</summary>
    public static bool IsLoaders(string name) => name.StartsWith("LD_", StringComparison.Ordinal) || Loader.Contains(name);
}
