using Containerize.Projects;

namespace Containerize.Core.Tests.Projects;

/// <summary>The environment variables of a project's image.</summary>
public sealed class ProjectVariablesTests
{
    private readonly TestLog _log = new();

    [Fact]
    public void What_is_not_a_name_is_left_out_with_a_warning()
    {
        Assert.Equal(["GOOD"], Names(ofPackages: false, ("GOOD", "1"), ("1BAD", "2"), ("A=secret", "3")));
        Assert.Equal(["1BAD", "A=…"], _log.Warnings.Select(warning => warning.Message.Split('\'')[1]));
        Assert.Contains("Include=\"A\" Value=\"…\"", _log.Warnings[1].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _log.Warnings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_of_packages_brings_its_own_unless_the_project_has_them()
    {
        var brought = Names(ofPackages: true);
        Assert.Contains("DOTNET_RUNNING_IN_CONTAINER", brought);
        Assert.Equal(
            brought.Order(StringComparer.Ordinal),
            Names(ofPackages: true, ("DOTNET_RUNNING_IN_CONTAINER", "0")).Order(StringComparer.Ordinal)
        );
        Assert.Empty(Names(ofPackages: false));
    }

    private List<string> Names(bool ofPackages, params (string Name, string Value)[] own) =>
        ProjectVariables
            .Read([.. own.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))], ofPackages, true, _log)
            .Select(pair => pair.Key)
            .ToList();
}
