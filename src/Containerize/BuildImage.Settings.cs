using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Projects;
using Containerize.Projects.Documents;
using Containerize.Publishing;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;
using Containerize.Recipes.Instructions;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The translation of MSBuild's texts into values.</summary>
public sealed partial class BuildImage
{
    private ContainerSettings ReadSettings()
    {
        var folder = ReadLayering(Index);
        var isWindows = folder.IsWindows;
        return folder with
        {
            User = UserCheck.Parse(User, isWindows),
            Environment = [.. ProjectVariables.Read([.. Pairs(Environment)], IsPackagesBase, IsAspNetCore, this)],
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
            StopSignal = StopSignals.ParseSetting(StopSignal),
            Healthcheck = Healthcheck.Parse(
                HealthcheckCommand,
                HealthcheckInterval,
                HealthcheckTimeout,
                HealthcheckStartPeriod,
                HealthcheckRetries
            ),
            Format = ChoiceSetting.ParseFormat(ImageFormat),
            Command = ReadCommand(folder),
        };
    }

    private CommandSettings ReadCommand(ContainerSettings folder) =>
        CommandSettings.Create(AppCommandInstruction, Words(AppCommand), folder, PublishedApp) with
        {
            AppCommandArgs = Words(AppCommandArgs),
            Entrypoint = Words(Entrypoint),
            EntrypointArgs = Words(EntrypointArgs),
            DefaultArgs = Words(DefaultArgs),
        };

    private PublishedApp PublishedApp =>
        new(AssemblyName, TargetFileName)
        {
            IsSelfContained = SelfContained,
            IsNativeAot = PublishAot,
            IsSingleFile = PublishSingleFile,
        };

    // Read once: of thousands of files a run reads each metadata of each item.
    private PublishIndex Index =>
        field ??= new PublishIndex(ReadItems(PublishedFiles))
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

    private DefaultBase InferredBase =>
        new()
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
        };

    private bool IsAspNetCore => FrameworkReferences.Any(reference => reference.ItemSpec == "Microsoft.AspNetCore.App");

    private bool IsPackagesBase => BaseImage == PackagesBase.Name;

    private BaseOptions Base =>
        new(BaseImage, InferredBase)
        {
            Key = BaseImageKey,
            Identity = BaseImageIdentity,
            Issuer = BaseImageIssuer,
            TrustedRoot = BaseImageTrustedRoot,
            Dockerfile =
                Dockerfile.Length == 0
                    ? null
                    : new DockerfileBase(
                        Dockerfile,
                        DockerfileTarget,
                        DockerfileNetwork,
                        // As with other items of MSBuild, the last of one name counts.
                        Pairs(DockerfileArguments)
                            .Aggregate(
                                ImmutableDictionary.Create<string, string>(StringComparer.Ordinal),
                                (all, pair) => all.SetItem(pair.Key, pair.Value)
                            )
                    )
                    {
                        Context =
                            DockerfileContextPath.Length > 0
                                ? DockerfileContextPath
                                : Path.GetDirectoryName(Dockerfile)!,
                        Format = ImageFormat,
                        CacheFrom = Caches("ContainerDockerfileCacheFrom", DockerfileCacheFrom, isWritten: false),
                        CacheTo = Caches("ContainerDockerfileCacheTo", DockerfileCacheTo, isWritten: true),
                        ProgramFolders =
                        [
                            .. (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
                        ],
                    },
        };

    private static ImmutableArray<CacheAddress> Caches(string property, string text, bool isWritten) =>
        [
            .. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(word => CacheAddress.Parse(word, property, isWritten)),
        ];

    private PackageOptions ReadPackages() =>
        new()
        {
            Requests = [.. Packages.Select(item => (item.ItemSpec, item.GetMetadata("Version")))],
            Sources =
            [
                .. PackageSources.Select(item => new PackageSourceItem(
                    item.ItemSpec,
                    item.GetMetadata("Suites"),
                    item.GetMetadata("Components"),
                    item.GetMetadata("SignedBy")
                )),
            ],
            Mirrors = [.. PackageMirrors.Select(item => (item.ItemSpec, item.GetMetadata("Url")))],
            Closure = PackageClosure,
            Exclude = PackageExclude,
            LockFile = LockFile,
            UpdateLock = UpdateLock,
            Libraries = PlatformLock.NoLibraries.SetItem(ProjectName, ReadLibraries(Index)),
            Base = IsPackagesBase
                ? PackagesBase.From(TargetFrameworkVersion, PublishAot, PublishTrimmed, InvariantGlobalization)
                : null,
            HasRuntime = SelfContained || PublishAot,
            Offline = Offline,
        };

    private DocumentOptions ReadDocuments(string repository) =>
        new(ReadFacts(repository))
        {
            Sbom = Sbom,
            Provenance = Provenance,
            AllowedLicenses = AllowedLicenses,
            LicenseExceptions = [.. LicenseExceptions.Select(item => (item.ItemSpec, item.GetMetadata("Reason")))],
            Settings =
            [
                ("project", Path.GetFileName(ProjectFile)),
                ("configuration", Configuration),
                ("targetFramework", TargetFramework),
                ("runtimeIdentifier", RuntimeIdentifier),
                ("selfContained", Word(SelfContained)),
                ("publishAot", Word(PublishAot)),
                ("publishTrimmed", Word(PublishTrimmed)),
                ("publishSingleFile", Word(PublishSingleFile)),
                ("packages", string.Join(';', Packages.Select(item => item.ItemSpec))),
            ],
            SdkVersion = SdkVersion,
        };

    private PublishFacts ReadFacts(string repository) =>
        new(AssemblyName)
        {
            Version = Version,
            Repository = repository,
            AssetsFile = AssetsFile,
            TargetFramework = TargetFramework,
            RuntimeIdentifier = PublishRuntimeIdentifier,
            Packages = Index.Packages,
            RuntimePacks =
            [
                .. ResolvedRuntimePacks.Select(pack => new RuntimePack(
                    pack.GetMetadata("NuGetPackageId"),
                    pack.GetMetadata("NuGetPackageVersion"),
                    pack.GetMetadata("FrameworkName"),
                    pack.GetMetadata("PackageDirectory")
                )),
            ],
            Items = Index.Items,
            Bundled = PublishSingleFile ? ReadItems(BundledFiles) : [],
            IsNativeAot = PublishAot,
            IsSelfContained = SelfContained || PublishAot,
            Frameworks = Words(FrameworkReferences),
        };

    private static string Word(bool value) => value ? "true" : "";

    private static IEnumerable<KeyValuePair<string, string>> Pairs(ITaskItem[] items) =>
        items.Select(item => KeyValuePair.Create(item.ItemSpec, item.GetMetadata("Value")));

    private static ImmutableArray<string> Words(ITaskItem[] items) => [.. items.Select(item => item.ItemSpec)];
}
