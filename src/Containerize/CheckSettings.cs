using Containerize.Diagnostics;
using Containerize.Publishing.Settings;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Looks at what a project sets before anything is made of it: switches that are neither on nor off, and
/// unknown names.</summary>
public sealed class CheckSettings : Microsoft.Build.Utilities.Task
{
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The properties that are on or off, with their values as <c>Value</c>.</summary>
    public ITaskItem[] Switches { get; set; } = [];

    /// <summary>The properties that are paths, with their values as <c>Value</c>.</summary>
    public ITaskItem[] Paths { get; set; } = [];

    /// <summary>The full paths of the files that may set properties: the project, and what it imports by
    /// name.</summary>
    public string[] SettingsFiles { get; set; } = [];

    /// <summary>The full paths of the targets files of the package.</summary>
    [Required]
    public string[] TargetsFiles { get; set; } = [];

    public override bool Execute()
    {
        try
        {
            foreach (var one in Switches)
                Containerize.Publishing.Settings.Switches.Parse(one.ItemSpec, one.GetMetadata("Value"));
            foreach (var one in Paths)
                WrittenPath.Check(one.ItemSpec, one.GetMetadata("Value"));
            foreach (
                var doubt in Misspellings.Of(
                    KnownNames.Of(Texts(TargetsFiles)),
                    GivenNames(),
                    Texts(SettingsFiles).Select(SettingsText.Parse)
                )
            )
                Log.WarnCoded(ProjectFile, DiagnosticTable.NameMisspelt, doubt);
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }

        return !Log.HasLoggedErrors;
    }

    private IEnumerable<string> GivenNames() =>
        BuildEngine is IBuildEngine6 engine ? engine.GetGlobalProperties().Keys : [];

    // A file that cannot be read is MSBuild's to complain of.
    private static IEnumerable<string> Texts(IEnumerable<string> files)
    {
        foreach (var file in files.Where(File.Exists))
        {
            string text;
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            yield return text;
        }
    }
}
