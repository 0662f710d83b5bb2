using System.Globalization;
using System.Text.RegularExpressions;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// Publishes that one MSBuild server does after each other, each with surroundings, settings and credentials of its
/// own: each gives what it gives in a process that knows of no other.
/// </summary>
public sealed partial class BuildServerTests(Machine machine)
{
    // build/server.sh asks for fifty.
    private static readonly int Publishes = int.Parse(
        Environment.GetEnvironmentVariable("CONTAINERIZE_TESTS_PUBLISHES") ?? "10",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task Each_publish_of_a_server_has_the_digest_that_it_has_alone()
    {
        await using var registry = await TestRegistry.StartAsync(ServedPublish.RefuseOthersAsync);
        var project = await WriteAsync();
        var salt = Guid.NewGuid().ToString("N");
        var cases = Enumerable
            .Range(0, Publishes)
            .Select(number => new ServedPublish(number, machine.Folder.Create("served"), registry.Authority))
            .ToList();
        var (alone, together) = (new List<string>(), new List<string>());
        try
        {
            foreach (var one in cases)
                alone.Add(await PublishAsync(project, one, "alone", Sdk.Quiet));
            foreach (var one in cases)
                together.Add(await PublishAsync(project, one, "together", WithServer(salt)));
            var server = Assert.Single(together.Distinct(StringComparer.Ordinal));
            Assert.Contains("/nodemode:8", ProgramOf(server), StringComparison.Ordinal);
        }
        finally
        {
            End(salt);
        }

        Assert.Distinct(alone);
        var digests = cases.ConvertAll(one => one.DigestIn(registry, "alone"));
        Assert.Distinct(digests);
        Assert.Equal(digests, cases.ConvertAll(one => one.DigestIn(registry, "together")));
    }

    private async Task<WrittenProject> WriteAsync()
    {
        var feed = await machine.Feed;
        var project = TestProject
            .Console("Served")
            .Containerized(feed)
            .WithProperty("ContainerBaseImage", (await machine.Bases).SmallReference)
            .WithItem("ContainerEnvironmentVariable", "GREETING", ("Value", "$(GREETING)"))
            .WithFile(
                "Directory.Build.targets",
                """
                <Project>
                  <Target Name="SayProcess" AfterTargets="MakeContainerImage">
                    <Message Importance="high" Text="process $([System.IO.File]::ReadAllText('/proc/self/stat'))" />
                  </Target>
                </Project>
                """
            )
            .WriteTo(machine.Folder.Create("server"), feed);
        (await project.PublishAsync()).Succeeded();
        return project;
    }

    /// <returns>The id of the process that made the image.</returns>
    private static async Task<string> PublishAsync(
        WrittenProject project,
        ServedPublish one,
        string tag,
        IReadOnlyDictionary<string, string?> sdk
    )
    {
        var result = await new ShellCommand(
            "dotnet",
            ["publish", project.Folder, "--no-build", "-nologo", "-m:1", $"-p:ContainerImageTag={tag}", .. one.Settings]
        )
        {
            WorkingFolder = project.Folder,
            Environment = new Dictionary<string, string?>(
                sdk.Concat(one.Environment)
                    .GroupBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pairs => pairs.Last())
            )
            {
                ["NUGET_PACKAGES"] = project.Feed.Packages,
                ["XDG_CACHE_HOME"] = Path.Combine(one.Folder, tag),
            },
        }.RunAsync();
        return ProcessLine().Match(result.Expect(0).Output).Groups["id"].Value;
    }

    // MSBuild looks for its server by the salt, too, so no other build meets this one.
    private static Dictionary<string, string?> WithServer(string salt) =>
        new(Sdk.Quiet)
        {
            ["MSBUILDDISABLENODEREUSE"] = null,
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "1",
            ["MSBUILDNODEHANDSHAKESALT"] = salt,
        };

    private static string ProgramOf(string process) => File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');

    private static void End(string salt)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => Holds(folder, salt)))
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(
                    int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)
                );
                process.Kill();
                process.WaitForExit();
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                // It ended by itself, as a node does without its server.
            }
        }
    }

    private static bool Holds(string folder, string salt)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0])
                && File.ReadAllText(Path.Combine(folder, "environ")).Contains(salt, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }

    [GeneratedRegex(@"process (?<id>\d+) \(")]
    private static partial Regex ProcessLine();
}
