using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Inspection.Reproducibility;

/// <summary>
/// A publish as the user does it, in a process of its own, whose image goes into a layout and nowhere else, and comes
/// out of no cache.
/// </summary>
/// <param name="Dotnet">The program <c>dotnet</c>.</param>
/// <param name="ProjectFile">The project's absolute path.</param>
/// <param name="Folder">An absolute folder of its own for the image and its metadata.</param>
/// <param name="Properties">Properties of the command line.</param>
/// <param name="Environment">Variables on top of this process's; null takes one away.</param>
public sealed partial record CleanPublish(
    string Dotnet,
    string ProjectFile,
    string Folder,
    ImmutableSortedDictionary<string, string> Properties,
    ImmutableSortedDictionary<string, string?> Environment
)
{
    /// <summary>The tag of the image in the layout.</summary>
    public const string Tag = "verify";

    private const int MostErrors = 5;

    private static readonly string[] Places =
    [
        "ContainerImageTags",
        "PublishImageTag",
        "AutoGenerateImageTag",
        "ContainerRegistry",
        "RegistryUrl",
        "LocalRegistry",
        "ContainerArchiveOutputPath",
        "ContainerDockerfilePath",
        "ContainerReuseFrom",
        "ContainerUpdateLock",
        "ContainerPlanOnly",
        "ContainerReportPath",
    ];

    /// <summary>A program with arguments that is given the call, <c>sh -c 'umask 077; exec "$@"' sh</c> for
    /// one.</summary>
    public ImmutableArray<string> Prefix { get; init; } = [];

    /// <summary>The absolute path of the layout.</summary>
    public string Layout => Path.Combine(Folder, "layout");

    /// <summary>The absolute path of the JSON that says what was made.</summary>
    public string Metadata => Path.Combine(Folder, "metadata.json");

    /// <summary>Publishes.</summary>
    /// <exception cref="ContainerizeException">CTZ0102 when it fails.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        string[] call =
        [
            .. Prefix,
            Dotnet,
            "publish",
            ProjectFile,
            "-nodeReuse:false",
            "-nologo",
            "-tl:off",
            "-clp:NoSummary",
            .. Own().Select(pair => $"-p:{pair.Key}={Escape(pair.Value)}"),
        ];
        var start = new ProcessStartInfo(call[0], call[1..])
        {
            // Where the SDK looks for global.json.
            WorkingDirectory = Path.GetDirectoryName(ProjectFile)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var text = await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
        if (process.ExitCode != 0 || !File.Exists(Metadata))
            throw new ContainerizeException(
                DiagnosticTable.VerifyFailed,
                $"A publish of '{ProjectFile}' ended with {process.ExitCode} and left no image to compare: "
                    + $"{Errors(text)}"
            );
    }

    // Global properties win over the project's: nothing goes anywhere but into our folder, and nothing comes from a
    // cache.
    private ImmutableSortedDictionary<string, string> Own() =>
        Properties
            .SetItems(Places.Select(name => KeyValuePair.Create(name, "")))
            .SetItem("Containerize", "true")
            .SetItem("ContainerOciLayoutPath", Layout)
            .SetItem("ContainerMetadataPath", Metadata)
            .SetItem("ContainerCacheDirectory", Path.Combine(Folder, "cache"))
            .SetItem("ContainerImageTag", Tag)
            .SetItem("UseSharedCompilation", "false");

    private static string Errors(string text)
    {
        var errors = Error()
            .Matches(text)
            .Select(match => match.Value.Trim())
            .Distinct(StringComparer.Ordinal)
            .Take(MostErrors)
            .ToList();
        return errors.Count > 0 ? string.Join(" ", errors) : text.Trim();
    }

    // The command line splits values at these characters unless they are escaped.
    private static string Escape(string value) =>
        value
            .Replace("%", "%25", StringComparison.Ordinal)
            .Replace(";", "%3B", StringComparison.Ordinal)
            .Replace(",", "%2C", StringComparison.Ordinal);

    [GeneratedRegex(@"\berror [A-Z]+[0-9]+ ?:[^\r\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex Error();
}
