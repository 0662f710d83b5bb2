using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>The variables of the machine's own programs in a sandbox. Those of an image never reach one of
/// them.</summary>
internal static class SandboxEnvironment
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Of(RunnerMachine machine) =>
        [
            new("PATH", machine.SearchPath),
            new("LC_ALL", "C"),
            // The other way of mounting takes no option of more than 255 characters, which the layers of an image soon
            // are.
            new("LIBMOUNT_FORCE_MOUNT2", "always"),
        ];
}
