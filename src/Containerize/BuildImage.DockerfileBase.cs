using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;
using Containerize.IO;
using Containerize.Packages;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>A base that a Dockerfile of the project makes (<c>ContainerDockerfile</c>).</summary>
public sealed partial class BuildImage
{
    private static readonly ImageReference DockerfileBaseName = new("localhost", "dockerfile", "base");

    /// <summary>The full path of the Dockerfile whose last stage is the base, or empty.</summary>
    public string Dockerfile { get; set; } = "";

    /// <summary>Another stage of it, or empty.</summary>
    public string DockerfileTarget { get; set; } = "";

    /// <summary>The full path of its context; empty for the folder that it lies in.</summary>
    public string DockerfileContextPath { get; set; } = "";

    /// <summary><c>ContainerDockerfileNetwork</c>: <c>default</c>, <c>none</c> or <c>host</c> for its
    /// <c>RUN</c>.</summary>
    public string DockerfileNetwork { get; set; } = "";

    /// <summary>The items <c>ContainerDockerfileArgument</c>: values for its <c>ARG</c>.</summary>
    public ITaskItem[] DockerfileArguments { get; set; } = [];

    // Others find the base by a location: the push of several platforms, and who builds the equivalent Dockerfile.
    private async Task<string> BuildBaseAsync(
        RegistryClient client,
        DateTimeOffset time,
        OwnOutputs outputs,
        CancellationToken cancellationToken
    )
    {
        if (BaseImage.Length > 0)
            throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                "ContainerDockerfile and ContainerBaseImage are both set, and an image has one base. Remove "
                    + "one of them."
            );
        var sources = new List<IImageSource>();
        var work = Path.Combine(IntermediateFolder, "dockerfile");
        try
        {
            using var http = Host.CreateClient();
            using var packages = CreatePackageClient();
            var build = DockerfileBuildOf(client, sources, http, packages, work, time) with
            {
                Outputs = OwnFiles(outputs),
            };
            var result = await build.RunAsync(cancellationToken).ConfigureAwait(false);
            foreach (var warning in result.Warnings)
                WarnCoded(DiagnosticTable.DockerfileSuspicious, warning);
            var layout = Path.Combine(IntermediateFolder, "base");
            await new OciLayoutSink(layout, [DockerfileBaseName])
                .PushAsync(result.Set, cancellationToken)
                .ConfigureAwait(false);
            return $"oci:{layout}:{DockerfileBaseName.Tag}";
        }
        finally
        {
            foreach (var source in sources.OfType<IDisposable>())
                source.Dispose();
            if (Directory.Exists(work))
                RegularFile.RemoveFolder(work);
        }
    }

    // The context is the project's folder, as a rule: what this run and earlier ones write there would make another
    // base of every run, and the lock file one of the run that follows the lock's own. So would a folder that holds
    // nothing else.
    private ImmutableHashSet<string> OwnFiles(OwnOutputs outputs)
    {
        var own = outputs
            .Paths.Select(output => output.Path)
            .Append(IntermediateFolder)
            .Concat(
                HistoryFolder.Length > 0 ? [Path.GetFullPath(Path.Combine(HistoryFolder, ".."))] : Array.Empty<string>()
            )
            .Concat(RememberedOutputs())
            .Concat(LockFile.Length > 0 ? [LockFile] : Array.Empty<string>())
            .Select(Path.TrimEndingDirectorySeparator)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var path in own.ToList())
        {
            for (var folder = Path.GetDirectoryName(path); IsOwn(folder); folder = Path.GetDirectoryName(folder))
                own.Add(folder!);
        }

        return [.. own];

        bool IsOwn(string? folder) =>
            Directory.Exists(folder)
            && folder.StartsWith(
                Path.TrimEndingDirectorySeparator(ContextFolder) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            )
            && Directory.EnumerateFileSystemEntries(folder).All(own.Contains);
    }

    private string ContextFolder =>
        DockerfileContextPath.Length > 0 ? DockerfileContextPath : Path.GetDirectoryName(Dockerfile)!;

    private DockerfileBuild DockerfileBuildOf(
        RegistryClient client,
        List<IImageSource> sources,
        HttpClient http,
        HttpClient packages,
        string work,
        DateTimeOffset time
    ) =>
        new()
        {
            Context = ContextFolder,
            DockerfilePath = Dockerfile,
            Target = NullIfEmpty(DockerfileTarget),
            Network = NetworkModes.Parse("ContainerDockerfileNetwork", DockerfileNetwork),
            BuildArguments = DockerfileArguments
                .Select(item => KeyValuePair.Create(item.ItemSpec, item.GetMetadata("Value")))
                .ToImmutableDictionary(StringComparer.Ordinal),
            Platforms = [Platform.FromRuntimeIdentifier(RuntimeIdentifier)],
            BuildPlatform =
                Platform.OfProcessor(RuntimeInformation.OSArchitecture)
                ?? Platform.FromRuntimeIdentifier(RuntimeIdentifier),
            Cache = Cache,
            WorkFolder = work,
            Created = time,
            Http = http,
            Git = Repositories.GitAccess.OfDockerfile,
            Progress = Report,
            Format = ChoiceSetting.ParseFormat(ImageFormat),
            Runner = new RunExecutor(
                RunnerMachine.Find(
                    (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
                    UnixIdentity.OfThisProcess()
                ),
                Path.Combine(CacheFolderPath, "unpacked")
            ),
            Packages = (names, own) =>
                new PackageInstaller(
                    ReadPackages(time) with
                    {
                        Requests = names,
                        Base = own,
                        LockPath = null,
                        UpdatesLock = false,
                    },
                    packages
                ),
            Sources = async (location, _, cancellationToken) =>
            {
                var source = await OpenSourceAsync(location, client, cancellationToken).ConfigureAwait(false);
                lock (sources)
                    sources.Add(source);
                return source;
            },
        };

    private void Report(BuildEvent happened)
    {
        if (happened is StepOutput output)
            Log.LogMessage(MessageImportance.Normal, "{0}", output.Line);
        else if (happened is StepFinished { Result: { Outcome: not StepOutcome.Config } result })
            Log.LogMessage(
                MessageImportance.Normal,
                "Containerize: [{0} {1}/{2}] {3}{4}",
                result.Step.Stage,
                result.Step.Number,
                result.Step.Count,
                result.Step.Text,
                result.Outcome == StepOutcome.Cached ? " (from the cache)" : ""
            );
    }
}
