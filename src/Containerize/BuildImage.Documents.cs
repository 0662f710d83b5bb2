using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The documents about the image: what is in it and how it was built.</summary>
public sealed partial class BuildImage
{
    /// <summary>The full path of <c>project.assets.json</c>, or empty.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>The project's <c>TargetFramework</c>.</summary>
    public string TargetFramework { get; set; } = "";

    /// <summary>The runtime identifier that the project is published for; empty for any.</summary>
    public string PublishRuntimeIdentifier { get; set; } = "";

    /// <summary><c>Release</c> or <c>Debug</c>.</summary>
    public string Configuration { get; set; } = "";

    /// <summary>The items of <c>ResolvedRuntimePack</c>.</summary>
    public ITaskItem[] ResolvedRuntimePacks { get; set; } = [];

    /// <summary>The files that a single-file publish put into its program.</summary>
    public ITaskItem[] BundledFiles { get; set; } = [];

    // What the packages say of themselves is read while the image is made.
    private PendingDocuments ReadDocuments(Destinations destinations)
    {
        var formats = SbomFormatNames.Parse(Sbom);
        var hasProvenance =
            Provenance.Length == 0 || Publishing.Settings.Switches.Parse("ContainerProvenance", Provenance);
        return new PendingDocuments(this, ReadFacts(destinations), formats, hasProvenance);
    }

    private IEnumerable<string> DocumentFiles() => IsOneOfSeveral ? [] : ImageDocuments.AllFiles(DocumentStem);

    private IEnumerable<string> AssetsFiles() => AssetsFile.Length > 0 ? [AssetsFile] : [];

    private PublishFacts ReadFacts(Destinations destinations) =>
        new(AssemblyName)
        {
            Version = Version,
            Repository = destinations.Repository,
            AssetsFile = AssetsFile,
            TargetFramework = TargetFramework,
            RuntimeIdentifier = PublishRuntimeIdentifier,
            Packages = Containerize.Publishing.Files.PackageFolders.Of(PackageFolders),
            RuntimePacks =
            [
                .. ResolvedRuntimePacks.Select(pack => new RuntimePack(
                    pack.GetMetadata("NuGetPackageId"),
                    pack.GetMetadata("NuGetPackageVersion"),
                    pack.GetMetadata("FrameworkName"),
                    pack.GetMetadata("PackageDirectory")
                )),
            ],
            Items = ReadItems(PublishedFiles),
            Bundled = PublishSingleFile ? ReadItems(BundledFiles) : [],
            IsNativeAot = PublishAot,
            IsSelfContained = SelfContained || PublishAot,
            Frameworks = [.. FrameworkReferences.Select(reference => reference.ItemSpec)],
        };

    // No path, no host and no user: the same build gives the same words on every machine.
    private BuildParameters Parameters(ImageReference? baseReference) =>
        new(
            Words(
                ("project", Path.GetFileName(ProjectFile)),
                ("configuration", Configuration),
                ("targetFramework", TargetFramework),
                ("runtimeIdentifier", RuntimeIdentifier),
                ("selfContained", Word(SelfContained)),
                ("publishAot", Word(PublishAot)),
                ("publishTrimmed", Word(PublishTrimmed)),
                ("publishSingleFile", Word(PublishSingleFile)),
                ("baseImage", baseReference?.ToString() ?? ""),
                ("packages", string.Join(';', Packages.Select(item => item.ItemSpec)))
            ),
            Words(("sdkVersion", SdkVersion), ("layerFormat", History.Comment))
        );

    private static string Word(bool value) => value ? "true" : "";

    private static ImmutableSortedDictionary<string, string> Words(params (string Name, string Value)[] pairs) =>
        pairs
            .Where(pair => pair.Value.Length > 0)
            .ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    private sealed class PendingDocuments(BuildImage task, PublishFacts facts, SbomFormats formats, bool hasProvenance)
    {
        private readonly Task<ProjectComponents>? _reading =
            formats == SbomFormats.None && !hasProvenance
                ? null
                : System.Threading.Tasks.Task.Run(() => ProjectComponents.Read(facts));

        public async Task<ImageDocuments> OfAsync(
            ContainerBuildResult result,
            ContainerSettings settings,
            ImageReference? baseReference
        )
        {
            if (_reading is null)
                return new ImageDocuments(result.Image.Digest, []);
            var inventory = InventoryOfBuild.Create(
                facts,
                await _reading.ConfigureAwait(false),
                result,
                settings,
                baseReference,
                withSha1: formats.HasFlag(SbomFormats.Spdx)
            );
            return ImageDocuments.Of(inventory, formats, hasProvenance ? task.Parameters(baseReference) : null);
        }
    }
}
