using System.Collections.Immutable;
using Containerize.Dockerfiles.Execution.Sandboxing;

namespace Containerize.Core.Tests.Dockerfiles.Execution;

/// <summary>What a machine lacks for <c>RUN</c> is named before anything starts.</summary>
public sealed class RunnerMachineTests : IDisposable
{
    // What the scripts of a sandbox call. Folders of administrators are always searched, and hold none of these.
    private static readonly string[] Programs =
    [
        "chown",
        "cp",
        "ln",
        "mkdir",
        "mv",
        "rm",
        "sh",
        "tar",
        "touch",
        "unshare",
        "xargs",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("runner-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_program_that_is_not_there_is_named_with_its_package()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the kernel is what is missing");
        Assert.All(Programs, program => Assert.Contains(Missing(), line => Names(line, program)));
        foreach (var program in Programs)
            File.WriteAllText(Path.Combine(_folder, program), "");
        Assert.All(Programs, program => Assert.DoesNotContain(Missing(), line => Names(line, program)));

        static bool Names(string line, string program) =>
            line.StartsWith($"the program {program} (Debian's package ", StringComparison.Ordinal);
    }

    private ImmutableArray<string> Missing() => RunnerMachine.Find([_folder], new UnixIdentity(0, 0)).Missing;
}
