using Containerize.Diagnostics;
using Microsoft.Build.Utilities;

namespace Containerize.Tasks;

/// <summary>Coded problems as MSBuild shows them.</summary>
internal static class CodedLog
{
    /// <summary>Logs the problem of a project as an error.</summary>
    public static void ErrorCoded(this TaskLoggingHelper log, string projectFile, ContainerizeException exception) => log.LogError(
        null, exception.Diagnostic.Code, null, HelpLink(exception.Diagnostic), projectFile, 0, 0, 0, 0, "{0}", exception.Message);

    /// <summary>Logs the problem of a project as a warning.</summary>
    public static void WarnCoded(this TaskLoggingHelper log, string projectFile, Diagnostic diagnostic, string message) => log.LogWarning(
        null, diagnostic.Code, null, HelpLink(diagnostic), projectFile, 0, 0, 0, 0, "{0}", message);

    // The pages lie in the package, two folders above the task: they are there without a network and fit this version.
    private static string HelpLink(Diagnostic diagnostic) =>
        new Uri(Path.GetFullPath(Path.Combine(TaskAssemblies.Folder, "..", "..", diagnostic.Page))).AbsoluteUri;
}
