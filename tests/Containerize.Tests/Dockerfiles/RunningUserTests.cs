using System.Globalization;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The tests of running once more, by a user of the machine who is not root and has subordinate
/// numbers.</summary>
public sealed class RunningUserTests
{
    private static readonly string[] Classes =
    [
        nameof(RunningTests),
        nameof(RunningProcessTests),
        nameof(RunningMountTests),
        nameof(RunningSecretTests),
        nameof(IsolationTests),
        nameof(SandboxAttackTests),
        nameof(SandboxLinkTests),
        nameof(RunningNetworkTests),
        nameof(SandboxProbeTests),
    ];

    [Fact]
    public async Task An_ordinary_user_runs_commands_as_root_does()
    {
        await using var user = await OrdinaryUser.CreateAsync("ctz-tests");
        var result = await user.TestAsync(Classes.SelectMany(name => new[] { "-class", "*." + name }));
        var total = result
            .Lines.Last(line => line.Contains("Total:", StringComparison.Ordinal))
            .Split("Total: ")[1]
            .Split(',')[0];
        Assert.True(int.Parse(total, CultureInfo.InvariantCulture) > 40, result.Output);
        Assert.Contains("Failed: 0, Skipped: 0", result.Output, StringComparison.Ordinal);
    }
}
