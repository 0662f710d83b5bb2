using Containerize.Tool.Commands;

namespace Containerize.Tool.Tests;

/// <summary>Options about signatures that do not fit together, on the command line.</summary>
public sealed class SignerOptionTests(ToolMachine machine)
{
    // What these commands have beside it: the image, the statement, the output.
    private static readonly string[] Others =
    [
        "--help",
        "--json",
        "--engine",
        "--platform",
        "--predicate",
        "--output",
        "--against",
    ];

    [Fact] // An option that is added to a command and not to the table fails here.
    public void The_table_has_every_option_of_the_commands()
    {
        using var host = ToolHost.OfThisProcess();
        var commands = new ToolCommandLine(host).Root.Subcommands.ToDictionary(command => command.Name);
        foreach (var name in new[] { "sign", "attest", "verify", "report" })
            Assert.Equal(
                [],
                commands[name].Options.Select(option => option.Name).Except(Others).Except(GivenOptions.Known)
            );
    }

    [Theory]
    [InlineData("--fulcio-url", "--keyless", "sign", "x", "--key", "a.key", "--fulcio-url", "https://a.example")]
    [InlineData("--timestamp-url", "--keyless", "sign", "x", "--key", "a.key", "--timestamp-url", "none")]
    [InlineData("--public-key", "--key exec:COMMAND", "sign", "x", "--key", "a.key", "--public-key", "a.pub")]
    [InlineData("--key", "--keyless", "sign", "x", "--key", "a.key", "--keyless")]
    [InlineData("--simple-signing", "--key", "sign", "x", "--keyless", "--simple-signing")]
    [InlineData("--certificate", "--key", "sign", "x", "--keyless", "--certificate", "a.crt")]
    [InlineData("--trusted-root", "--key", "verify", "x", "--key", "a.pub", "--trusted-root", "root.json")]
    [InlineData("--notation-store", "--notation-policy", "verify", "x", "--notation-store", "store")]
    [InlineData("--type", "--key", "verify", "x", "--type", "spdx")]
    [InlineData("--trusted-root", "--certificate-identity", "report", "x", "--json", "--trusted-root", "root.json")]
    public async Task Two_that_do_not_fit_are_one_error_that_names_both(string one, string two, params string[] words)
    {
        var error = (await machine.RunAsync(words)).Expect(2).Error;
        Assert.Contains("CTZ0470", error, StringComparison.Ordinal);
        Assert.Contains(one, error, StringComparison.Ordinal);
        Assert.Contains(two, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_is_named_whole()
    {
        var error = (await machine.RunAsync("verify", "x", "--certificate-identity", "a")).Expect(2).Error;
        Assert.Contains("CTZ0463", error, StringComparison.Ordinal);
        Assert.Contains("--certificate-oidc-issuer and --trusted-root", error, StringComparison.Ordinal);
    }
}
