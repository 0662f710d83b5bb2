using System.Collections.Immutable;
using Containerize.Compose;

namespace Containerize.Core.Tests.Compose;

/// <summary>Variables of Compose files that have no value, or one of <c>.env</c>.</summary>
public sealed class ComposeVariableTests
{
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["REGISTRY"] = "registry.example",
    };

    // docker compose warns of a variable without a value and a default, and takes nothing for it.
    [Fact]
    public void A_variable_without_a_value_has_a_word_once()
    {
        using var folder = new Stores.TemporaryFolder();
        var project = Directory.CreateDirectory(folder["project"]).FullName;
        File.WriteAllText(
            Path.Combine(project, "compose.yaml"),
            "services: {a: {image: 'a:v$A', build: {args: {X: '${A}${B}', C: '${C-}${D:-}${E+e}${A:+a}$SET'}}}}\n"
        );
        File.WriteAllText(Path.Combine(project, ".env"), "SET=$F\n");
        var warnings = new List<string>();
        var build = Assert.Single(ComposePlan.Read([project], [], [], Values, warnings.Add));
        Assert.Equal(["--build-arg X=", "--build-arg C="], Pairs(build.Options));
        Assert.Equal(["F", "A", "B"], warnings.Select(warning => warning.Split(' ')[2]));
        Assert.Equal("The variable A is not set and stands for nothing. Set it, or write ${A:-}.", warnings[1]);
    }

    // A secret of a variable has its value from .env, too; the environment comes first.
    [Fact]
    public void Secrets_see_the_variables_of_the_file()
    {
        using var folder = new Stores.TemporaryFolder();
        var project = Directory.CreateDirectory(folder["project"]).FullName;
        File.WriteAllText(
            Path.Combine(project, "compose.yaml"),
            "services: {a: {build: {secrets: [x]}}}\nsecrets: {x: {environment: OWN}}\n"
        );
        File.WriteAllText(Path.Combine(project, ".env"), "OWN='of the file'\nREGISTRY=x\n");
        var build = Assert.Single(ComposePlan.Read([project], [], [], Values, _ => { }));
        Assert.Equal(["--secret id=x,env=OWN"], Pairs(build.Options));
        Assert.Equal(
            ["of the file", "registry.example"],
            new[] { "OWN", "REGISTRY" }.Select(name => build.Variables[name])
        );
    }

    private static IEnumerable<string> Pairs(ImmutableArray<string> options) =>
        options.Chunk(2).Select(pair => string.Join(' ', pair));
}
