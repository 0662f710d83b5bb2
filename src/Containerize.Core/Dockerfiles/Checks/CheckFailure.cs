using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Checks;

/// <summary>Findings of a Dockerfile that says <c># check=error=true</c>.</summary>
internal static class CheckFailure
{
    /// <summary>Fails if anything was found.</summary>
    /// <exception cref="ContainerizeException">CTZ0231.</exception>
    public static void Throw(ImmutableArray<CheckFinding> findings)
    {
        if (!findings.IsEmpty)
            throw new ContainerizeException(
                DiagnosticTable.CheckFailed,
                $"{string.Join("\n", findings)}\nThe file says that this is an error (# check=error=true). "
                    + "Correct it, or leave rules out: # check=skip=NAME;error=true."
            );
    }
}
