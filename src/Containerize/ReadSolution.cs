using System.Xml.Linq;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Finds the projects that are built with a solution, in what MSBuild tells each of them of it.</summary>
public sealed class ReadSolution : Microsoft.Build.Utilities.Task
{
    /// <summary><c>CurrentSolutionConfigurationContents</c>: XML with one <c>ProjectConfiguration</c> for each
    /// project.</summary>
    [Required]
    public string Contents { get; set; } = "";

    /// <summary>The full paths of the projects' files.</summary>
    [Output]
    public string[] Projects { get; private set; } = [];

    public override bool Execute()
    {
        Projects =
        [
            .. XDocument
                .Parse(Contents)
                .Descendants("ProjectConfiguration")
                .Where(project => (string?)project.Attribute("BuildProjectInSolution") != "False")
                .Select(project => (string?)project.Attribute("AbsolutePath"))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
        return true;
    }
}
