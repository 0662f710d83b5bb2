using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Publishing;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Recipes.Instructions;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The translation of MSBuild's texts into values.</summary>
public sealed partial class BuildImage
{
    private ContainerBuild CreateBuild(
        IImageSource source,
        RegistryClient client,
        Destinations destinations,
        ContainerSettings settings
    ) =>
        new()
        {
            Base = source,
            Platform = Platform.FromRuntimeIdentifier(RuntimeIdentifier),
            Library = CLibraries.Of(RuntimeIdentifier),
            PublishPath = PublishFolder,
            Index = new PublishIndex([]),
            Settings = settings,
            LayerPath = Path.Combine(IntermediateFolder, "layers"),
            Cache = Cache,
            Progress = Progress,
            ReuseFrom =
            [
                .. ReuseFrom
                    .SelectMany(name => Split(name))
                    .Select(name => new RegistrySource(ImageReference.Parse(name), client))
                    .Where(_ => Registry.Length > 0),
            ],
            Sinks = CreateSinks(destinations, client),
        };

    // Also of an image that waits for other platforms the destinations are read, so that their faults are
    // reported first.
    private ImmutableArray<IImageSink> CreateSinks(Destinations destinations, RegistryClient client) =>
        destinations.CreateSinks(client, IntermediateFolder, Cache) is var sinks && IsOneOfSeveral
            ? [PlatformImage.Sink(PlatformLayout)]
            : sinks;

    private ContainerSettings ReadSettings()
    {
        var isWindows = Platform.FromRuntimeIdentifier(RuntimeIdentifier).Os == "windows";
        var folder = new ContainerSettings
        {
            IsWindows = isWindows,
            WorkingDirectory = ContainerSettings.ParsePath(
                WorkingDirectory.Length > 0 ? WorkingDirectory : "/app",
                isWindows,
                "ContainerWorkingDirectory"
            ),
        };
        return folder with
        {
            User = User.Length > 0 ? User : null,
            Environment = [.. PackagesEnvironment(), .. Pairs(Environment).Where(IsVariable)],
            Labels = [.. Pairs(Labels)],
            GeneratedLabels = new GeneratedLabels(
                GeneratedLabels.Contains("Created"),
                GeneratedLabels.Contains("BaseName"),
                GeneratedLabels.Contains("BaseDigest")
            ),
            Ports = [.. Ports.Select(port => ContainerPort.Parse(port.ItemSpec, port.GetMetadata("Type")))],
            Volumes =
            [
                .. Volumes.Select(volume =>
                    ContainerVolume.Parse(
                        volume.ItemSpec,
                        volume.GetMetadata("Owner"),
                        volume.GetMetadata("Mode"),
                        isWindows
                    )
                ),
                .. Folders.Select(item =>
                    ContainerVolume.ParseFolder(
                        item.ItemSpec,
                        item.GetMetadata("Owner"),
                        item.GetMetadata("Mode"),
                        folder
                    )
                ),
            ],
            Annotations = [.. Pairs(Annotations)],
            StopSignal = ReadStopSignal(),
            Healthcheck = ReadHealthcheck(),
            Format = ChoiceSetting.ParseFormat(ImageFormat),
            Compression = ChoiceSetting.ParseCompression(Compression),
            CompressionLevel = ChoiceSetting.ParseLevel(CompressionLevel, ChoiceSetting.ParseCompression(Compression)),
            LayerBudget = ChoiceSetting.ParseBudget(LayerBudget),
            Layers = [.. Layers.Select(layer => new CustomLayer(layer.ItemSpec, Split(layer.GetMetadata("Files"))))],
            Files = [.. Files.SelectMany(file => ReadFile(file, folder).WithAllBelow())],
            Command = ReadCommand(folder),
            Created = TimeSetting.Parse(
                Created,
                SourceDateEpoch,
                () => CommitTime.Read(Path.GetDirectoryName(ProjectFile)!)
            ),
        };
    }

    private string? ReadStopSignal() =>
        StopSignal.Length == 0 ? null
        : StopSignals.Objection(StopSignal) is not { } objection ? StopSignal
        : throw new ContainerizeException(DiagnosticTable.InvalidSetting, $"ContainerStopSignal: {objection}");

    private CommandSettings ReadCommand(ContainerSettings folder)
    {
        var instruction =
            AppCommandInstruction.Length == 0 ? Publishing.Settings.AppCommandInstruction.Automatic
            : Enum.TryParse<AppCommandInstruction>(AppCommandInstruction, ignoreCase: true, out var known) ? known
            : throw new ContainerizeException(
                DiagnosticTable.InvalidEntrypoint,
                $"ContainerAppCommandInstruction is '{AppCommandInstruction}'. Set it to Entrypoint, "
                    + "DefaultArgs or None."
            );
        var app =
            AppCommand.Length > 0 ? new CommandSettings { AppCommand = Words(AppCommand) }
            : instruction == Publishing.Settings.AppCommandInstruction.None ? new CommandSettings()
            : CommandSettings.Default(folder, PublishedApp);
        return app with
        {
            Instruction = instruction,
            AppCommandArgs = Words(AppCommandArgs),
            Entrypoint = Words(Entrypoint),
            EntrypointArgs = Words(EntrypointArgs),
            DefaultArgs = Words(DefaultArgs),
        };
    }

    private PublishedApp PublishedApp =>
        new(AssemblyName, TargetFileName)
        {
            IsSelfContained = SelfContained,
            IsNativeAot = PublishAot,
            IsSingleFile = PublishSingleFile,
        };

    private ImmutableArray<PublishedItem> ReadItems(ITaskItem[] files)
    {
        var runtimePacks = RuntimePacks.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var packages = Containerize.Publishing.Files.PackageFolders.Of(PackageFolders);
        return
        [
            .. files.Select(item =>
            {
                var id = NullIfEmpty(item.GetMetadata("NuGetPackageId"));
                // What a package's own targets copy says nothing of it but its path.
                var folder = id is null ? packages.Find(item.GetMetadata("FullPath")) : null;
                return new PublishedItem(RelativePath(item))
                {
                    PackageId = id ?? folder?.Id,
                    PackageVersion = id is null
                        ? folder?.Version
                        : NullIfEmpty(item.GetMetadata("NuGetPackageVersion")),
                    IsRuntime = (id ?? folder?.Id) is { } package && runtimePacks.Contains(package),
                };
            }),
        ];
    }

    private PublishIndex ReadIndex() =>
        new(ReadItems(PublishedFiles))
        {
            Assets =
            [
                .. StaticAssets.Select(asset => new StaticAsset(asset.GetMetadata("TargetPath").Replace('\\', '/'))
                {
                    Identity = asset.GetMetadata("FullPath"),
                    Origin = asset.GetMetadata("OriginalItemSpec"),
                    RelatedTo = asset.GetMetadata("RelatedAsset"),
                    Source = asset.GetMetadata("SourceId"),
                    SourceType = asset.GetMetadata("SourceType"),
                    Trait = asset.GetMetadata("AssetTraitName"),
                    TraitValue = asset.GetMetadata("AssetTraitValue"),
                }),
            ],
            Packages = Containerize.Publishing.Files.PackageFolders.Of(PackageFolders),
        };

    private bool IsAspNetCore => FrameworkReferences.Any(reference => reference.ItemSpec == "Microsoft.AspNetCore.App");

    private protected override IEnumerable<string> BaseLocations =>
        Dockerfile.Length > 0 ? [] : [BaseImage.Length > 0 ? BaseImage : InferBase()];

    private string InferBase() =>
        new DefaultBase
        {
            SdkVersion = SdkVersion,
            TargetFrameworkVersion = TargetFrameworkVersion,
            RuntimeIdentifiers = [RuntimeIdentifier],
            Family = Family,
            IsSelfContained = SelfContained || PublishAot,
            IsAspNetCore = IsAspNetCore,
            IsNativeAot = PublishAot,
            IsTrimmed = PublishTrimmed,
            UsesInvariantGlobalization = InvariantGlobalization,
        }.Reference();

    // The base of packages brings what Microsoft's images bring, unless the project says otherwise.
    private IEnumerable<KeyValuePair<string, string>> PackagesEnvironment() =>
        IsPackagesBase
            ? PackagesBase.EnvironmentOf(IsAspNetCore).Where(pair => Environment.All(own => own.ItemSpec != pair.Key))
            : [];

    private bool IsVariable(KeyValuePair<string, string> variable)
    {
        if (VariableName().IsMatch(variable.Key))
            return true;
        var pair = variable.Key.Split('=', 2);
        WarnCoded(
            DiagnosticTable.InvalidVariable,
            $"'{variable.Key}' is no name of an environment variable (letters, digits and '_', no digit first); "
                + "the variable is left out."
                + (
                    pair.Length > 1
                        ? $" Write the value as metadata: <ContainerEnvironmentVariable Include=\"{pair[0]}\" "
                            + $"Value=\"{pair[1]}\" />."
                        : ""
                )
        );
        return false;
    }

    private protected override string? FolderToRead => PublishFolder;

    // Of the published files only what decides their layer counts, and the files themselves.
    private protected override bool IsSetting(string property) =>
        property
            is not (
                nameof(PublishedFiles)
                or nameof(StaticAssets)
                or nameof(OtherPublishedFiles)
                or nameof(FileWrites)
                or nameof(FrameworkReferences)
                or nameof(BundledFiles)
            );

    private protected override void AddSettings(StringBuilder text)
    {
        var index = ReadIndex();
        // What decides the layer of an asset is long, and only whether it is the same counts.
        text.Append(Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', index.Assets)))).Append('\n');
        foreach (var item in index.Items)
            text.Append(item.RelativePath)
                .Append('\0')
                .Append(item.PackageId)
                .Append('\0')
                .Append(item.PackageVersion)
                .Append('\0')
                .Append(item.IsRuntime)
                .Append('\n');
        text.AppendJoin('\0', LeaveOut).Append('\n');
        // No item shows a file that joins a folder.
        foreach (var folder in Files.Select(file => file.GetMetadata("FullPath")).Where(Directory.Exists))
        {
            foreach (var entry in Containerize.Publishing.Files.PublishFolder.List(folder).Entries)
                text.Append(entry.FullPath)
                    .Append('\0')
                    .Append(entry.Kind)
                    .Append('\0')
                    .Append(entry.LinkTarget)
                    .Append('\n');
        }

        text.AppendJoin('\0', FrameworkReferences.Select(reference => reference.ItemSpec)).Append('\n');
        if (Created == CommitTime.Keyword)
            text.Append(CommitTime.Read(Path.GetDirectoryName(ProjectFile)!).UtcTicks);
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(ITaskItem[] items) =>
        items.Select(item => KeyValuePair.Create(item.ItemSpec, item.GetMetadata("Value")));

    private static ImmutableArray<string> Words(ITaskItem[] items) => [.. items.Select(item => item.ItemSpec)];

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
