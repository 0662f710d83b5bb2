using Containerize.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Containerize.Tasks;

/// <summary>Coded problems as MSBuild shows them.</summary>
internal static class CodedLog
{
    /// <summary>Logs the problem of a project as an error.</summary>
    public static void ErrorCoded(
        this TaskLoggingHelper log,
        string projectFile,
        ContainerizeException exception,
        int line = 0
    ) =>
        log.LogError(
            null,
            exception.Diagnostic.Code,
            null,
            HelpLink(exception.Diagnostic),
            projectFile,
            line,
            0,
            0,
            0,
            "{0}",
            exception.Message
        );

    /// <summary>Logs the problem of a project as a warning.</summary>
    public static void WarnCoded(
        this TaskLoggingHelper log,
        string projectFile,
        Diagnostic diagnostic,
        string message,
        int line = 0
    ) => log.LogWarning(null, diagnostic.Code, null, HelpLink(diagnostic), projectFile, line, 0, 0, 0, "{0}", message);

    /// <summary>
    /// Logs what came of a project, as MSBuild's own targets do it: NAME -> RESULT. It is the one kind of message that
    /// the terminal logger shows at its usual verbosity, at the end of the project's line.
    /// </summary>
    public static void LogResult(this TaskLoggingHelper log, string projectFile, string text) =>
        log.LogMessage(
            MessageImportance.High,
            "{0}",
            $"{Path.GetFileNameWithoutExtension(projectFile)} -> {text.Replace("\n", "\n  ", StringComparison.Ordinal)}"
        );

    // The pages lie in the package, two folders above the task: they are there without a network and fit this version.
    private static string HelpLink(Diagnostic diagnostic) =>
        new Uri(Path.GetFullPath(Path.Combine(TaskAssemblies.Folder, "..", "..", diagnostic.Page))).AbsoluteUri;
}
