using System.Security;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Projects;

/// <summary>What a user may write into a project file, as one of many cases of one project.</summary>
/// <param name="Name">The case's name: letters, digits, spaces and dashes.</param>
/// <param name="Xml">Elements of a project: groups of properties or items.</param>
public sealed record ProjectCase(string Name, string Xml);

/// <summary>
/// Many cases of one project in one run of MSBuild, each with its own evaluation: what would take seconds for each
/// alone takes a fraction of one.
/// </summary>
public sealed class ProjectCases
{
    private const string Marker = "== case ";

    private readonly Dictionary<string, IReadOnlyList<string>> _lines;

    private ProjectCases(Dictionary<string, IReadOnlyList<string>> lines) => _lines = lines;

    /// <summary>The output of a case.</summary>
    public PublishResult this[string name] =>
        new(new CommandResult($"The case '{name}'", 0, string.Join('\n', _lines[name]), ""));

    /// <summary>Runs a target of the project once for each case; the project has to be published already.</summary>
    /// <param name="target">The target; the identities of the items that it returns are printed, each after <c>=>
    /// </c>.</param>
    /// <param name="extra">More of a project, for every case.</param>
    public static async Task<ProjectCases> RunAsync(
        WrittenProject project,
        string target,
        IReadOnlyList<ProjectCase> cases,
        string extra = ""
    )
    {
        await File.WriteAllTextAsync(
            Path.Combine(project.Folder, "Directory.Build.targets"),
            $"""
            <Project>
            {string.Concat(cases.Select(one => Conditioned(one) + "\n"))}{extra}
            </Project>
            """
        );
        var driver = Path.Combine(project.Folder, "cases.proj");
        var properties = project.Settings.Properties.Select(pair =>
            $";{pair.Key}={SecurityElement.Escape(pair.Value.Replace(";", "%3B", StringComparison.Ordinal))}"
        );
        await File.WriteAllTextAsync(
            driver,
            $"""
            <Project DefaultTargets="All">
              <ItemGroup>
            {string.Concat(cases.Select(one => $"    <Case Include=\"{one.Name}\" />\n"))}  </ItemGroup>
              <Target Name="All" Outputs="%(Case.Identity)">
                <ItemGroup><Said Remove="@(Said)" /></ItemGroup>
                <Message Importance="high" Text="{Marker}%(Case.Identity)" />
                <MSBuild Projects="{project.Name}.csproj" Targets="{target}" ContinueOnError="true"
                         Properties="Configuration=Release;Case=%(Case.Identity){string.Concat(properties)}">
                  <Output TaskParameter="TargetOutputs" ItemName="Said" />
                </MSBuild>
                <Message Importance="high" Text="@(Said->'=> %(Identity)', '%0A')" Condition="'@(Said)' != ''" />
              </Target>
            </Project>
            """
        );
        var result = await new ShellCommand(
            "dotnet",
            ["msbuild", driver, "-nologo", "-nodeReuse:false", "-clp:NoSummary", "-v:m", "-m:1"]
        )
        {
            WorkingFolder = project.Folder,
            Environment = new Dictionary<string, string?>(Sdk.Quiet)
            {
                ["NUGET_PACKAGES"] = project.Feed.Packages,
                ["XDG_CACHE_HOME"] = project.Cache ?? project.Feed.Packages + "-cache",
            },
        }.RunAsync();
        File.Delete(Path.Combine(project.Folder, "Directory.Build.targets"));
        return new ProjectCases(Split(result.Lines));
    }

    private static string Conditioned(ProjectCase one) =>
        one
            .Xml.Replace("<PropertyGroup>", $"<PropertyGroup {ConditionOf(one)}>", StringComparison.Ordinal)
            .Replace("<ItemGroup>", $"<ItemGroup {ConditionOf(one)}>", StringComparison.Ordinal);

    private static string ConditionOf(ProjectCase one) => $"Condition=\"'$(Case)' == '{one.Name}'\"";

    private static Dictionary<string, IReadOnlyList<string>> Split(IReadOnlyList<string> lines)
    {
        var cases = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        List<string> current = [];
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith(Marker, StringComparison.Ordinal))
                cases[line[Marker.Length..]] = current = [];
            else
                current.Add(line);
        }

        return cases;
    }
}
