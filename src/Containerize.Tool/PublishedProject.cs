using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Tool;

/// <summary>
/// What <c>containerize publish</c> is asked to publish: a project, a solution, a file of C#, or the folder of one.
/// </summary>
internal static partial class PublishedProject
{
    /// <summary>Looks whether there is something to publish as an image, before the SDK is started.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="arguments">What is handed on to <c>dotnet publish</c>.</param>
    /// <exception cref="ContainerizeException">CTZ0208, CTZ0209.</exception>
    public static void Check(string path, IEnumerable<string> arguments)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new ContainerizeException(
                DiagnosticTable.ProjectMissing,
                $"'{path}' does not exist. Name a project, a solution, or the folder of one."
            );
        if (File.Exists(path) && !IsSolutionFile(path) && !IsProjectFile(path) && !IsSource(path))
            throw new ContainerizeException(
                DiagnosticTable.ProjectMissing,
                $"'{path}' is no project, no solution and no file of C#. Name one, or the folder of one; "
                    + "'containerize build' makes an image of a Dockerfile."
            );
        if (IsEmptyFolder(path))
            throw new ContainerizeException(
                DiagnosticTable.ProjectMissing,
                $"The folder '{path}' holds no project and no solution. Name one, or the folder of one."
            );
        if (arguments.FirstOrDefault(argument => SwitchedOff().IsMatch(argument)) is { } off)
            throw new ContainerizeException(
                DiagnosticTable.SwitchedOff,
                $"'{off}' switches images off, and 'containerize publish' makes them. "
                    + "Leave it out, or run 'dotnet publish' for a publish without an image."
            );
    }

    /// <summary>Whether several programs may be published: a solution, or a folder where <c>dotnet</c> finds
    /// one.</summary>
    public static bool IsSolution(string path) =>
        File.Exists(path)
            ? IsSolutionFile(path)
            : Files(path) is { } files && files.Exists(IsSolutionFile) && !files.Exists(IsProjectFile);

    private static bool IsEmptyFolder(string path) =>
        Directory.Exists(path)
        && Files(path) is { } files
        && !files.Exists(file => IsSolutionFile(file) || IsProjectFile(file));

    // Null for a folder that cannot be read; dotnet says why.
    private static List<string>? Files(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsSolutionFile(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".SLN" or ".SLNX" or ".SLNF";

    private static bool IsSource(string path) =>
        Path.GetExtension(path).Equals(".cs", StringComparison.OrdinalIgnoreCase);

    private static bool IsProjectFile(string path) =>
        Path.GetExtension(path).EndsWith("proj", StringComparison.OrdinalIgnoreCase);

    // MSBuild's own forms of the option; its name and its value in any case.
    [GeneratedRegex(
        "^(-|--|/)(p|property):Containerize=\"?false\"?$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex SwitchedOff();
}
