using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Stores;

namespace Containerize.Packages;

/// <summary>Packages that are ready to become a layer; their bytes are there until it is disposed of.</summary>
/// <param name="Layer">The layer to write.</param>
/// <param name="Packages">What is in it, sorted by name.</param>
/// <param name="LeftOut">What apt would install too and only maintainer scripts need.</param>
/// <param name="UnrunScripts">The packages with scripts that do something which nobody has done.</param>
/// <param name="LockChanges">What the lock file was changed in; none when it was not written.</param>
/// <param name="Contents">Keeps the bytes.</param>
public sealed record PackageInstallation(
    PlannedLayer Layer, ImmutableArray<InstalledPackage> Packages, ImmutableArray<string> LeftOut,
    ImmutableArray<string> UnrunScripts, ImmutableArray<string> LockChanges, IDisposable Contents) : IDisposable
{
    public void Dispose() => Contents.Dispose();
}

/// <summary>Installs operating-system packages upon a base image, without running anything.</summary>
/// <param name="settings">What to install, and from where.</param>
/// <param name="http">The client to fetch with.</param>
public sealed class PackageInstaller(PackageSettings settings, HttpClient http)
{
    private readonly PackageDownloads _downloads = new(settings.CacheFolder, http, settings.IsOffline);

    /// <summary>What tells that the same packages would be installed again: a lock file that was only read. Null where their source floats.</summary>
    public Evidence? Evidence => settings is { UpdatesLock: false, LockPath: { } path } && File.Exists(path) ? Evidence.Of(path) : null;

    /// <summary>Chooses, fetches and unpacks.</summary>
    /// <param name="baseName">What the base image is called.</param>
    /// <param name="baseImage">The base image; its layers are read only when there is nothing locked.</param>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0070 to CTZ0092.</exception>
    public async Task<PackageInstallation> InstallAsync(
        string baseName, Image baseImage, Platform platform, CancellationToken cancellationToken)
    {
        var architecture = PackageArchitecture.Of(platform);
        var sources = settings.Sources.IsEmpty ? AptSourceFile.ReadFolder(settings.AptFolder, architecture) : settings.Sources;
        var system = settings.Base is null
            ? await BaseSystemReader.ReadAsync(baseImage, cancellationToken).ConfigureAwait(false)
            : BaseSystem.Empty;
        var lockFile = new PackageLockFile(settings.LockPath, settings.UpdatesLock);
        var wanted = new PlatformLock(baseName, settings.Base is null ? baseImage.Digest : null, Requested(), []);

        ImmutableArray<(InstalledPackage, ImmutableArray<Uri>)> packages;
        ImmutableArray<string> leftOut = [], changes = [];
        if (lockFile.Find(platform, wanted) is { } locked)
        {
            packages = [.. locked.Packages.Select(package => (package, Urls(sources, package)))];
        }
        else
        {
            var catalog = await new PackageArchive(_downloads, new MachineKeys(settings.AptFolder), settings.Now)
                .ReadAsync(sources, architecture, cancellationToken).ConfigureAwait(false);
            var resolution = Resolve(catalog, system, architecture);
            leftOut = resolution.LeftOut;
            packages = [.. resolution.Packages.Select(package =>
                (InstalledPackage.Of(package.Record), ImmutableArray.Create(new Uri(package.Package.Origin.Root, package.Record.FileName))))];
            changes = lockFile.Update(platform, wanted with { Packages = [.. packages.Select(package => package.Item1)] });
        }

        var layer = await PackagesLayer.CreateAsync(packages, new PackagesLayerSettings
        {
            Architecture = architecture,
            Base = system,
            IsBase = settings.Base is not null,
            Exclusions = PackageExclusions.Parse(settings is { Base: not null, Requests.IsEmpty: true }
                ? $"{PackagesBase.Exclusions};{settings.Exclusions}" : settings.Exclusions),
            Time = settings.Time,
        }, _downloads, settings.WorkFolder, cancellationToken).ConfigureAwait(false);
        return new(new PlannedLayer(LayerNames.Packages, layer.Entries), [.. packages.Select(package => package.Item1)],
            leftOut, layer.UnrunScripts, changes, layer);
    }

    private Resolution Resolve(PackageCatalog catalog, BaseSystem system, string architecture)
    {
        if (settings.Base is null)
        {
            var release = OsRelease.Of(system) ?? throw new ContainerizeException(DiagnosticTable.DistributionMismatch,
                "The base image does not say which distribution it is of: it has no os-release file. Packages can be installed upon an " +
                "image of Debian or Ubuntu; use one, or ContainerBaseImage=packages.");
            release.Check(catalog.Origins);
        }

        var requests = settings.Requests.Select(PackageRequest.Parse).ToList();
        // What is asked for with a pin is not asked for a second time without.
        if (settings.Base is not null)
            requests.AddRange(settings.Base.Requests(catalog).Where(request => requests.All(own => own.Name != request.Name)));
        return Resolution.Of(catalog, system.Installed(architecture), requests, settings.Closure);
    }

    private ImmutableArray<string> Requested()
    {
        var requested = settings.Requests.Select(request => PackageRequest.Parse(request).ToString());
        if (settings.Base is { } own)
            requested = requested.Append(own.ToString());
        if (settings.Closure == PackageClosure.Full)
            requested = requested.Append("closure=full");
        return [.. requested.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static ImmutableArray<Uri> Urls(ImmutableArray<AptSource> sources, InstalledPackage package) =>
        [.. sources.Select(source => source.Root).Distinct().Select(root => new Uri(root, package.Path))];
}
