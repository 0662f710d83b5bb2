using System.Runtime.InteropServices;
using System.Security;

namespace Containerize.TestKit.Tools;

/// <summary>The tool as a user has it: packed from this repository, offered by a folder, installed with <c>dotnet tool
/// install</c>.</summary>
/// <param name="Feed">The folder with the packages.</param>
/// <param name="Version">Their version.</param>
/// <param name="Program">The command.</param>
/// <param name="Cache">The folder for caches of its user.</param>
public sealed record InstalledTool(string Feed, string Version, string Program, string Cache)
{
    /// <summary>The variable that has a test program run its tests on the other kind: <c>native</c> or
    /// <c>managed</c>.</summary>
    public const string KindVariable = "CONTAINERIZE_TESTS_TOOL";

    /// <summary>Packs the tool for this machine and for any other, and installs it.</summary>
    /// <param name="folder">Where packages and the installed command go.</param>
    /// <param name="isNative">Whether the package for this machine is a native program, unless
    /// <see cref="KindVariable"/> says otherwise.</param>
    public static async Task<InstalledTool> InstallAsync(TestFolder folder, bool isNative)
    {
        isNative = Environment.GetEnvironmentVariable(KindVariable) switch
        {
            null or "" => isNative,
            "native" => true,
            "managed" => false,
            var other => throw new InvalidOperationException(
                $"{KindVariable} is 'native' or 'managed', not '{other}'."
            ),
        };
        var feed = folder.Create("feed");
        await DotnetAsync(
            TestFolder.Repository,
            "pack",
            "src/Containerize.Tool",
            "--configuration",
            "Release",
            "--output",
            feed,
            $"-p:ContainerizeToolRuntimes={RuntimeInformation.RuntimeIdentifier}",
            $"-p:ContainerizeToolNative={(isNative ? RuntimeInformation.RuntimeIdentifier : "")}",
            "-nodeReuse:false",
            "-nologo"
        );
        var any = Assert.Single(Directory.GetFiles(feed, "Containerize.Tool.any.*.nupkg"));
        var version = Path.GetFileNameWithoutExtension(any)["Containerize.Tool.any.".Length..];
        var home = folder.Create("home");
        await File.WriteAllTextAsync(
            Path.Combine(home, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="Containerize under test" value="{SecurityElement.Escape(feed)}" />
              </packageSources>
            </configuration>
            """
        );
        var tools = Path.Combine(home, "tools");
        await DotnetAsync(home, "tool", "install", "Containerize.Tool", "--tool-path", tools, "--version", version);
        return new InstalledTool(feed, version, Path.Combine(tools, "containerize"), Path.Combine(home, "cache"))
        {
            IsNative = isNative,
        };
    }

    /// <summary>Whether the command is one native program; else it runs on the machine's .NET runtime.</summary>
    public bool IsNative { get; private init; }

    /// <summary>The command with its arguments, not yet run: in a quiet environment, with caches and packages of its
    /// own.</summary>
    public ShellCommand Command(params IEnumerable<string> arguments) =>
        new(Program, arguments)
        {
            Timeout = TimeSpan.FromMinutes(9),
            Environment = new Dictionary<string, string?>(Sdk.Quiet)
            {
                ["XDG_CACHE_HOME"] = Cache,
                ["NUGET_PACKAGES"] = Cache + "-packages",
                ["NO_COLOR"] = null,
            },
        };

    private static async Task DotnetAsync(string folder, params IEnumerable<string> arguments) =>
        (
            await new ShellCommand("dotnet", arguments)
            {
                WorkingFolder = folder,
                Timeout = TimeSpan.FromMinutes(9),
                Environment = Sdk.Quiet,
            }.RunAsync()
        ).Expect(0);
}
