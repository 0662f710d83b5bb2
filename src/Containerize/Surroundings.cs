using System.Collections.Immutable;

namespace Containerize.Tasks;

/// <summary>The variables of the environment that a publish to be compared has.</summary>
internal static class Surroundings
{
    /// <summary>Another place and user than this one.</summary>
    public static readonly ImmutableSortedDictionary<string, string?> Elsewhere = ImmutableSortedDictionary<
        string,
        string?
    >
        .Empty.Add("TZ", "Pacific/Kiritimati")
        .Add("LANG", "tr_TR.UTF-8")
        .Add("LC_ALL", "tr_TR.UTF-8")
        .Add("DOTNET_PROCESSOR_COUNT", "1")
        .Add("USER", "somebody")
        .Add("LOGNAME", "somebody")
        .Add("USERNAME", "somebody")
        .Add("HOSTNAME", "elsewhere")
        .Add("COMPUTERNAME", "elsewhere");

    /// <summary>The variables that are taken away or set for any of them.</summary>
    // Nothing of this build reaches the other: not MSBuild's variables, not its servers.
    public static ImmutableSortedDictionary<string, string?> Plain() =>
        System
            .Environment.GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToImmutableSortedDictionary(name => name, _ => (string?)null)
            .SetItem("MSBUILDDISABLENODEREUSE", "1")
            .SetItem("DOTNET_CLI_USE_MSBUILD_SERVER", "0")
            .SetItem("DOTNET_CLI_UI_LANGUAGE", "en")
            .SetItem("DOTNET_NOLOGO", "1")
            .SetItem("GITHUB_OUTPUT", null)
            .SetItem("TF_BUILD", null);
}
