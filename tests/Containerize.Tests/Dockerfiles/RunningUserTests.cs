using System.Globalization;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The tests of running once more, by a user of the machine who is not root and has subordinate numbers.</summary>
public sealed class RunningUserTests
{
    private const string Name = "ctz-tests";

    [Fact]
    public async Task An_ordinary_user_runs_commands_as_root_does()
    {
        Assert.True(Environment.IsPrivilegedProcess, "This test makes a user, which only root can.");
        if ((await new ShellCommand("id", ["-u", Name]).RunAsync()).ExitCode != 0)
            await Shell.RunAsync("useradd", "--create-home", Name);
        var uid = (await Shell.RunAsync("id", "-u", Name)).Text;
        var folder = Directory.CreateTempSubdirectory("ctz-user-").FullName;
        try
        {
            // The user may not be able to enter the folder that the tests were built in.
            await Shell.RunAsync("cp", "-r", AppContext.BaseDirectory, Path.Combine(folder, "tests"));
            await Shell.RunAsync("chown", "-R", Name, folder);
            var result = await new ShellCommand("setpriv",
                ["--reuid", uid, "--regid", uid, "--clear-groups", Path.Combine(folder, "tests", "Containerize.Tests"), "-noLogo", "-noColor", "-class", "*.RunningTests", "-class", "*.RunningMountTests", "-class", "*.IsolationTests", "-class", "*.SandboxAttackTests", "-class", "*.RunningNetworkTests", "-class", "*.SandboxProbeTests"])
            {
                Environment = new Dictionary<string, string?> { ["HOME"] = folder, ["TMPDIR"] = folder, ["DOTNET_ROOT"] = DotnetRoot() },
            }.RunAsync();
            result.Expect(0);
            var total = result.Lines.Last(line => line.Contains("Total:", StringComparison.Ordinal)).Split("Total: ")[1].Split(',')[0];
            Assert.True(int.Parse(total, CultureInfo.InvariantCulture) > 40, result.Output);
            Assert.Contains("Failed: 0, Skipped: 0", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            await Shell.RunAsync("userdel", "--remove", Name);
        }
    }

    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
}
