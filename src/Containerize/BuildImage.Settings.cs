using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Publishing;
using Containerize.Publishing.Ahead;
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
            Ahead =
                (BuildEngine as IBuildEngine4)?.GetRegisteredTaskObject(AheadKey, RegisteredTaskObjectLifetime.Build)
                as LayersAhead,
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
        var folder = ReadLayering();
        var isWindows = folder.IsWindows;
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
            Command = ReadCommand(folder),
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

    private static IEnumerable<KeyValuePair<string, string>> Pairs(ITaskItem[] items) =>
        items.Select(item => KeyValuePair.Create(item.ItemSpec, item.GetMetadata("Value")));

    private static ImmutableArray<string> Words(ITaskItem[] items) => [.. items.Select(item => item.ItemSpec)];

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
