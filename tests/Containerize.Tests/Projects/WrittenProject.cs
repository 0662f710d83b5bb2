using Containerize.TestKit.Tools;

namespace Containerize.Tests.Projects;

/// <summary>A project on disk, to be published with the package under test or without it.</summary>
/// <param name="Folder">The project's folder.</param>
/// <param name="Name">The name of its project file and assembly.</param>
/// <param name="Feed">Where it restores from.</param>
public sealed record WrittenProject(string Folder, string Name, PackageFeed Feed)
{
    /// <summary>The configuration's output folder, which is where images without a place of their own go.</summary>
    public string OutputFolder => Path.Combine(Folder, "bin/Release/net10.0/");

    /// <summary>What the project file's name ends in.</summary>
    public string Extension { get; init; } = "csproj";

    /// <summary>A solution that is published in the project's place.</summary>
    public string? SolutionFile { get; init; }

    /// <summary>The cache folder of the user; one of the whole run by default, never the
    /// machine's.</summary>
    public string? Cache { get; init; }

    /// <summary>The SDK's command; <c>build</c> runs a target alone, where <c>publish</c> publishes first.</summary>
    public string Verb { get; init; } = "publish";

    /// <summary>What a call of the SDK is given besides the project.</summary>
    public PublishSettings Settings { get; init; } = new();

    /// <summary>Returns a copy that is published with a property on the command line.</summary>
    public WrittenProject With(string name, string value) => this with { Settings = Settings.With(name, value) };

    /// <summary>Publishes with Containerize; the result is not yet checked.</summary>
    public Task<PublishResult> ContainerizeAsync(params IEnumerable<string> arguments) =>
        PublishAsync(["-p:Containerize=true", .. arguments]);

    /// <summary>Runs <c>dotnet publish</c>; the result is not yet checked. On failure a binary log stays in the
    /// folder.</summary>
    public async Task<PublishResult> PublishAsync(params IEnumerable<string> arguments)
    {
        // By its name alone: MSBuild splits what follows -bl: at semicolons.
        var log = FormattableString.Invariant($"publish-{Guid.NewGuid():N}.binlog");
        string[] call =
        [
            .. Settings.Prefix,
            "dotnet",
            Verb,
            SolutionFile ?? Path.Combine(Folder, $"{Name}.{Extension}"),
            "-nodeReuse:false",
            "-nologo",
            "-clp:NoSummary",
            $"-bl:{log}",
            .. Settings.Properties.Select(pair => $"-p:{pair.Key}={Escape(pair.Value)}"),
            .. arguments,
        ];
        var result = await new ShellCommand(call[0], call[1..])
        {
            WorkingFolder = Folder,
            Timeout = TimeSpan.FromMinutes(9),
            Environment = new Dictionary<string, string?>(
                Sdk.Quiet.Concat(Settings.Environment)
                    .GroupBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pairs => pairs.Last())
            )
            {
                ["NUGET_PACKAGES"] = Feed.Packages,
                ["XDG_CACHE_HOME"] = Cache ?? Feed.Packages + "-cache",
                ["UseSharedCompilation"] = IsUsual ? "true" : "false",
            },
        }.RunAsync();
        if (result.ExitCode == 0)
            File.Delete(Path.Combine(Folder, log));
        return new PublishResult(result);
    }

    // A mask, a culture, a temporary folder or a kill would not reach a compiler that runs elsewhere.
    private bool IsUsual => Settings.Prefix.IsEmpty && Settings.Environment.IsEmpty;

    /// <summary>The command line splits values at these characters unless they are escaped.</summary>
    private static string Escape(string value) =>
        value
            .Replace("%", "%25", StringComparison.Ordinal)
            .Replace(";", "%3B", StringComparison.Ordinal)
            .Replace(",", "%2C", StringComparison.Ordinal);
}
