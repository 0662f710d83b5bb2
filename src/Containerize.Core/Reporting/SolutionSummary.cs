using System.Globalization;
using System.Text;

namespace Containerize.Reporting;

/// <summary>
/// The end of a build of several projects, which run in processes that know nothing of each other: each leaves its line
/// in a folder that they share, and the one that makes them complete has the summary.
/// </summary>
public static class SolutionSummary
{
    private const string Claim = "summary";

    /// <summary>Leaves the line of a project.</summary>
    /// <param name="folder">The absolute path of a folder of this build alone.</param>
    /// <param name="project">The absolute path of the project.</param>
    /// <param name="line">The line about its image.</param>
    /// <param name="count">How many projects there are.</param>
    /// <param name="solution">The name of the solution, which the summary is of: the project that ends last is any of
    /// them. Null where it is not known.</param>
    /// <returns>The summary for one of the projects, for which all others have ended; null for the others, and where
    /// the folder does not hold files.</returns>
    public static string? Add(string folder, string project, string line, int count, string? solution = null)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var name = Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(project))
            );
            // Only a whole line has the ending that is counted.
            File.WriteAllText(Path.Combine(folder, name), line);
            File.Move(Path.Combine(folder, name), Path.Combine(folder, name + ".line"), overwrite: true);
            var lines = Directory.GetFiles(folder, "*.line");
            if (lines.Length < count)
                return null;
            // Two that are complete at the same time: the file can be made once.
            using (new FileStream(Path.Combine(folder, Claim), FileMode.CreateNew))
                return ToText([.. lines.Select(File.ReadAllText)], solution);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string ToText(IReadOnlyCollection<string> lines, string? solution) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{lines.Count} container images{(solution is null ? "" : $" of {solution}")}\n"
                + $"{string.Join('\n', lines.Order(StringComparer.Ordinal).Select(line => "  " + line))}"
        );
}
