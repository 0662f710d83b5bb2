using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>
/// A user of the machine who is not root and has subordinate numbers, and who runs tests of this program. Gone after
/// it.
/// </summary>
public sealed class OrdinaryUser : IAsyncDisposable
{
    private readonly string _name;

    private OrdinaryUser(string name, string folder) => (_name, Folder) = (name, folder);

    /// <summary>A folder that belongs to the user.</summary>
    public string Folder { get; }

    /// <summary>Makes the user, and copies the tests to where the user can read them.</summary>
    /// <param name="name">A name that no other test uses.</param>
    public static async Task<OrdinaryUser> CreateAsync(string name)
    {
        Assert.True(Environment.IsPrivilegedProcess, "This test makes a user, which only root can.");
        if ((await new ShellCommand("id", ["-u", name]).RunAsync()).ExitCode != 0)
            await Shell.RunAsync("useradd", "--create-home", name);
        var folder = Directory.CreateTempSubdirectory("ctz-user-").FullName;
        await Shell.RunAsync("cp", "-r", AppContext.BaseDirectory, Path.Combine(folder, "tests"));
        await Shell.RunAsync("chown", "-R", name, folder);
        return new OrdinaryUser(name, folder);
    }

    /// <summary>Runs tests, which must pass.</summary>
    /// <param name="filter">The options of the test program.</param>
    public async Task<CommandResult> TestAsync(params IEnumerable<string> filter)
    {
        var uid = (await Shell.RunAsync("id", "-u", _name)).Text;
        return (
            await new ShellCommand(
                "setpriv",
                [
                    "--reuid",
                    uid,
                    "--regid",
                    uid,
                    "--clear-groups",
                    Path.Combine(Folder, "tests", "Containerize.Tests"),
                    "-noLogo",
                    "-noColor",
                    .. filter,
                ]
            )
            {
                Environment = new Dictionary<string, string?>
                {
                    ["HOME"] = Folder,
                    ["TMPDIR"] = Folder,
                    ["DOTNET_ROOT"] = DotnetRoot(),
                },
            }.RunAsync()
        ).Expect(0);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        await Shell.RunAsync("userdel", "--remove", _name);
    }

    private static string DotnetRoot() =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
}
