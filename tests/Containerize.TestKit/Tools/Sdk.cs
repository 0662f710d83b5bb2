namespace Containerize.TestKit.Tools;

/// <summary>How the tests call the .NET SDK.</summary>
public static class Sdk
{
    /// <summary>
    /// Nothing of this process's own build reaches a test's: a test runner that <c>dotnet run</c> started inherits its
    /// MSBuild variables. Builds leave no processes behind, share the compiler of this process,
    /// and speak English without a greeting.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> Quiet { get; } =
        new Dictionary<string, string?>
        {
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "true",
            ["SharedCompilationId"] = CompilerServer.Name,
            ["MSBuildSDKsPath"] = null,
            ["MSBUILD_EXE_PATH"] = null,
            ["MSBuildExtensionsPath"] = null,
            ["SOURCE_DATE_EPOCH"] = null,
        };
}
