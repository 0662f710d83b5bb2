using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing.Files;

namespace Containerize.Publishing.Settings;

/// <summary>What a project says about its container. The defaults are those of a project that says nothing.</summary>
public sealed record ContainerSettings
{
    /// <summary>Whether the container runs Windows: its paths, layers and users are others.</summary>
    public bool IsWindows { get; init; }

    /// <summary>
    /// The user where neither the project nor the base image names one: .NET's <c>app</c>, never root by accident; of
    /// Windows the account without rights that all its images have.
    /// </summary>
    public string DefaultUser => IsWindows ? "ContainerUser" : "1654";

    /// <summary>Where the published files lie in a layer: <c>/app</c>, of Windows <c>/Files/app</c>.</summary>
    public ContainerPath WorkingDirectory { get; init; } = ContainerPath.Parse("/app");

    /// <summary>What the container calls the working directory, where the app starts.</summary>
    public string WorkingDirectoryName => NameOf(WorkingDirectory);

    /// <summary>What the container calls a path of a layer.</summary>
    public string NameOf(ContainerPath path) => IsWindows ? WindowsFiles.NameOf(path) : path.Text;

    /// <summary>Reads an absolute path of the container that a setting gives: where that lies in a layer.</summary>
    /// <param name="text">The path.</param>
    /// <param name="isWindows">Whether the container runs Windows.</param>
    /// <param name="setting">The property that has the path, for the error.</param>
    /// <exception cref="ContainerizeException">CTZ0010.</exception>
    public static ContainerPath ParsePath(string text, bool isWindows, string setting)
    {
        try
        {
            return ParsePath(text, isWindows);
        }
        catch (ContainerizeException exception)
        {
            throw new ContainerizeException(
                exception.Diagnostic,
                $"{setting} is '{text}'. {exception.Message} Write it "
                    + $"{(isWindows ? "with its drive, such as 'C:\\app'" : "with a leading '/', such as '/app'")}.",
                exception
            );
        }
    }

    /// <summary>Reads an absolute path of the container: where that lies in a layer.</summary>
    /// <exception cref="ContainerizeException">CTZ0010.</exception>
    public static ContainerPath ParsePath(string text, bool isWindows) =>
        isWindows ? WindowsFiles.Parse(text) : ContainerPath.Parse(text);

    /// <summary>The user, with or without a group; null to infer it.</summary>
    public string? User { get; init; }

    /// <summary>Environment variables, in order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Labels, in order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Labels whose values only the run knows; the project's own of the same name win.</summary>
    public GeneratedLabels GeneratedLabels { get; init; } = GeneratedLabels.None;

    /// <summary>Ports beside those that the environment tells.</summary>
    public ImmutableArray<ContainerPort> Ports { get; init; } = [];

    /// <summary>Folders that data is kept in: volumes, and folders that are only made.</summary>
    public ImmutableArray<ContainerVolume> Volumes { get; init; } = [];

    /// <summary>Annotations of the manifest, in order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>The health check; null for the base's.</summary>
    public Healthcheck? Healthcheck { get; init; }

    /// <summary>The signal that stops the container; null for the base's.</summary>
    public string? StopSignal { get; init; }

    /// <summary>The family of media types; null for the base's.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>How the project's layers are compressed.</summary>
    public LayerEncodings Encodings { get; init; } = LayerEncodings.Default;

    /// <summary>Layers of the project's own making, lowest first.</summary>
    public ImmutableArray<CustomLayer> Layers { get; init; } = [];

    /// <summary>How many layers published files are split into at most; fewer than the kinds of files put some
    /// together.</summary>
    public int LayerBudget { get; init; } = Settings.LayerBudget.Default;

    /// <summary>How often the version of a NuGet package changed, by its id, as far as the project's lock file knows
    /// it.</summary>
    public ImmutableDictionary<string, int> PackageChanges { get; init; } =
        ImmutableDictionary.Create<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Files beside the published ones.</summary>
    public ImmutableArray<ExtraFile> Files { get; init; } = [];

    /// <summary>How the container starts.</summary>
    public CommandSettings Command { get; init; } = new();

    /// <summary>The image's <c>created</c> and the time of its files.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UnixEpoch;
}
