using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>Help, version, and completion in a real bash.</summary>
public sealed class CompletionTests(ToolMachine machine)
{
    public static TheoryData<string> Commands =>
        ["build", "publish", "inspect", "diff", "report", "explain", "copy", "verify", "sbom", "cache", "completion"];

    [Fact]
    public async Task Bash_completes_commands_and_options()
    {
        Assert.Equal(
            ["copy", "completion"],
            (await CompleteAsync("containerize co")).OrderDescending(StringComparer.Ordinal)
        );
        Assert.Contains("--platform", await CompleteAsync("containerize copy --pl"));
        Assert.Equal(
            ["linux/arm/v7", "linux/arm64"],
            (await CompleteAsync("containerize copy --platform linux/arm")).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("fish")]
    [InlineData("zsh")]
    [InlineData("pwsh")]
    public async Task Each_shell_has_a_script(string shell) =>
        Assert.Contains("[suggest:", await machine.OutputAsync("completion", shell), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_command_has_help_and_those_that_do_something_have_examples(string command)
    {
        var help = await machine.OutputAsync(command, "--help");
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        if (command != "cache")
            Assert.Contains($"Examples:\n  ", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_the_packages() =>
        Assert.StartsWith(
            (await machine.Tool).Version.Split("-g")[0],
            await machine.OutputAsync("--version"),
            StringComparison.Ordinal
        );

    private async Task<string[]> CompleteAsync(string line)
    {
        var tool = await machine.Tool;
        var script = $$"""
            PATH="{{Path.GetDirectoryName(tool.Program)}}:$PATH"
            source <(containerize completion bash)
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}
            read -ra COMP_WORDS <<<"$COMP_LINE"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _containerize
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        return (await Shell.RunAsync("bash", "-c", script)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
