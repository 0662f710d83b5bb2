using Containerize.Attestations;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Settings;

namespace Containerize.Projects.Documents;

/// <summary>The documents about an image. What its packages say is read while the image is made.</summary>
internal sealed class ProjectDocuments
{
    private readonly DocumentOptions _options;
    private readonly SbomFormats _formats;
    private readonly bool _hasProvenance;
    private readonly LicenseGate _gate;
    private readonly Task<ProjectComponents>? _reading;
    private PublishFacts _facts;

    /// <summary>Reads the options, and begins to read the packages.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">A word that means nothing.</exception>
    public ProjectDocuments(DocumentOptions options)
    {
        _options = options;
        _formats = SbomFormatNames.Parse(options.Sbom);
        _hasProvenance = options.Provenance.Length == 0 || Switches.Parse("ContainerProvenance", options.Provenance);
        _gate = LicenseGate.Parse(options.AllowedLicenses, options.LicenseExceptions);
        var facts = options.Facts with { Exceptions = _gate.Exceptions };
        _facts = facts;
        if (HasDocuments || !_gate.IsOpen)
            _reading = Task.Run(() => ProjectComponents.Read(facts));
    }

    private bool HasDocuments => _formats != SbomFormats.None || _hasProvenance;

    /// <summary>Checks the licences of all packages, before the image goes anywhere.</summary>
    /// <param name="image">The image.</param>
    /// <param name="platform">What it runs on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Diagnostics.ContainerizeException">A licence that is not allowed.</exception>
    public async Task CheckAsync(BuiltImage image, Platform platform, CancellationToken cancellationToken)
    {
        if (_reading is null)
            return;
        var packages = image.Packages?.Packages ?? [];
        if (image.PackagesLayer is { } layer && !packages.IsEmpty)
        {
            var licenses = await PackageLicenses
                .ReadAsync(packages, layer, platform, cancellationToken)
                .ConfigureAwait(false);
            _facts = _facts with { PackageLicenses = licenses };
        }

        var project = await _reading.ConfigureAwait(false);
        _gate.Check([.. project.All, .. InventoryOfBuild.SystemPackages(_facts, packages)], _facts.IsSelfContained);
    }

    /// <summary>The documents about an image that was made.</summary>
    public async Task<ImageDocuments> OfAsync(
        ContainerBuildResult result,
        ContainerSettings settings,
        ImageReference? baseReference
    )
    {
        if (_reading is null || !HasDocuments)
            return new ImageDocuments(result.Image.Digest, []);
        var inventory = InventoryOfBuild.Create(
            _facts,
            await _reading.ConfigureAwait(false),
            result,
            settings,
            baseReference,
            withSha1: _formats.HasFlag(SbomFormats.Spdx)
        );
        return ImageDocuments.Of(inventory, _formats, _hasProvenance ? _options.Parameters(baseReference) : null);
    }

    /// <summary>An index with the image and its documents; the image alone where there are none.</summary>
    public static ImageSet InIndex(Image image, ImageDocuments documents) =>
        documents.All.IsEmpty ? image : IndexAttestations.With(image, _ => documents);
}
