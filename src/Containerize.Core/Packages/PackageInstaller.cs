using System.Collections.Immutable;
using System.Text;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages.Formats;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;
using Containerize.Packages.Unpacking;
using Containerize.Stores;

namespace Containerize.Packages;

/// <summary>Installs operating-system packages upon a base image, without running anything.</summary>
/// <param name="settings">What to install, and from where.</param>
/// <param name="http">The client to fetch with.</param>
/// <param name="transfers">How files are fetched; null for the usual way.</param>
public sealed class PackageInstaller(PackageSettings settings, HttpClient http, TransferOptions? transfers = null)
{
    private readonly TimeProvider _time = (transfers ?? new TransferOptions()).Time;

    private readonly PackageDownloads _downloads = new(
        settings.CacheFolder,
        http,
        settings.IsOffline,
        (transfers ?? new TransferOptions()) with
        {
            Logins = new Lazy<AptLogins>(() => AptLogins.Read(AptFiles.Machine, settings.AptFolder)),
        }
    );

    /// <summary>What tells that the same packages would be installed again: a lock file that was only read. Null where
    /// their source floats.</summary>
    public ImageFreshness? Freshness =>
        settings is { UpdatesLock: false, LockPath: { } path } && File.Exists(path) ? ImageFreshness.Of(path) : null;

    /// <summary>Whether nothing is to be installed, and only the base image is pinned.</summary>
    public bool IsIdle => settings.IsEmpty;

    /// <summary>Chooses; what was chosen is fetched and unpacked when its layer is asked for.</summary>
    /// <param name="baseName">What the base image is called.</param>
    /// <param name="baseImage">The base image; its layers are read only when there is nothing locked.</param>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0070 to CTZ0092.</exception>
    public async Task<PackageInstallation> InstallAsync(
        string baseName,
        Image baseImage,
        Platform platform,
        CancellationToken cancellationToken
    )
    {
        if (settings.IsEmpty)
            return await PinBaseAsync(baseName, baseImage, platform, cancellationToken).ConfigureAwait(false);
        var architecture = PackageArchitecture.Of(platform);
        var sources = new SourceChoice(settings, architecture, _downloads);
        var bases = new BaseSystemCache(settings.CacheFolder);
        var lockFile = new PackageLockFile(settings.LockPath, settings.UpdatesLock);
        var wanted = new PlatformLock(
            settings.BaseName ?? baseName,
            settings.Base is null ? baseImage.Digest : null,
            Requested(),
            []
        )
        {
            Libraries = settings.Libraries,
        };

        ImmutableArray<(InstalledPackage, ImmutableArray<Uri>)> packages;
        ImmutableArray<string> leftOut = [],
            changes = [];
        if (lockFile.Find(platform, wanted) is { } locked)
        {
            packages = [.. locked.Packages.Select(package => (package, ImmutableArray<Uri>.Empty))];
        }
        else
        {
            var system = await ReadBaseAsync(cancellationToken).ConfigureAwait(false);
            var resolution = Resolve(
                await sources.ReadAsync(system, cancellationToken).ConfigureAwait(false),
                system,
                architecture
            );
            leftOut = resolution.LeftOut;
            packages =
            [
                .. resolution.Packages.Select(package =>
                    (
                        InstalledPackage.Of(package.Record),
                        ImmutableArray.Create(new Uri(package.Package.Origin.Root, package.Record.FileName))
                    )
                ),
            ];
            changes = await UpdateAsync(
                    lockFile,
                    platform,
                    wanted with
                    {
                        Packages = [.. packages.Select(package => package.Item1)],
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        var exclusions = settings is { Base: { } own, Requests.IsEmpty: true }
            ? $"{UnreadFiles.Globs(own.Libraries)};{settings.Exclusions}"
            : settings.Exclusions;
        var how = new PackagesLayerSettings
        {
            Architecture = architecture,
            IsBase = settings.Base is not null,
            Exclusions = PackageExclusions.Parse(exclusions),
            Time = settings.Time,
        };
        ImmutableArray<InstalledPackage> chosen = [.. packages.Select(package => package.Item1)];
        return new(chosen, PackageInstallation.KeyOf(chosen, baseImage, how, exclusions), UnpackAsync)
        {
            LeftOut = leftOut,
            LockChanges = changes,
        };

        Task<BaseSystem> ReadBaseAsync(CancellationToken token) =>
            settings.Base is null ? bases.ReadAsync(baseImage, token) : Task.FromResult(BaseSystem.Empty);

        async Task<PackagesLayer> UnpackAsync(CancellationToken token)
        {
            var system = await ReadBaseAsync(token).ConfigureAwait(false);
            // Where a locked package lies now is for the sources to say.
            var found = packages.Select(package =>
                package.Item2.IsEmpty ? (package.Item1, Urls(sources.Of(system), package.Item1)) : package
            );
            return await PackagesLayer
                .CreateAsync([.. found], how with { Base = system }, _downloads, settings.WorkFolder, token)
                .ConfigureAwait(false);
        }
    }

    // There is nothing to install, but the base image is pinned.
    private async Task<PackageInstallation> PinBaseAsync(
        string baseName,
        Image baseImage,
        Platform platform,
        CancellationToken cancellationToken
    )
    {
        var lockFile = new PackageLockFile(settings.LockPath, settings.UpdatesLock);
        var wanted = new PlatformLock(settings.BaseName ?? baseName, baseImage.Digest, Requested(), [])
        {
            Libraries = settings.Libraries,
        };
        var changes = lockFile.Find(platform, wanted) is null
            ? await UpdateAsync(lockFile, platform, wanted, cancellationToken).ConfigureAwait(false)
            : [];
        return new([], "", _ => throw new InvalidOperationException("There are no packages to unpack."))
        {
            LockChanges = changes,
        };
    }

    // The platforms of one run write it at one time, each from a process of its own.
    private async Task<ImmutableArray<string>> UpdateAsync(
        PackageLockFile lockFile,
        Platform platform,
        PlatformLock locked,
        CancellationToken cancellationToken
    )
    {
        if (settings is not { UpdatesLock: true, LockPath: { } path })
            return [];
        var name = Digest.Of(Encoding.UTF8.GetBytes(path)).Hex;
        using var held = await CacheLock
            .TakeAsync(new CacheFolder(settings.CacheFolder), name, _time, cancellationToken)
            .ConfigureAwait(false);
        return lockFile.Update(platform, locked);
    }

    private Resolution Resolve(PackageCatalog all, BaseSystem system, string architecture)
    {
        var catalog = all;
        if (settings.Base is null)
        {
            var release =
                OsRelease.Of(system)
                ?? throw new ContainerizeException(
                    DiagnosticTable.DistributionMismatch,
                    "The base image does not say which distribution it is of: it has no os-release file. Packages "
                        + "can be installed upon an "
                        + "image of Debian or Ubuntu; use one, or ContainerBaseImage=packages."
                );
            // A machine may have sources of several releases: those of the base's count.
            if (
                !release.Fits(all.Origins)
                && all.Where(origin => !release.IsOther(origin)) is { } same
                && release.Fits(same.Origins)
            )
                catalog = same;
            release.Check(catalog.Origins);
        }

        var requests = settings.Requests.Select(PackageRequest.Parse).ToList();
        // What is asked for with a pin is not asked for a second time without.
        if (settings.Base is not null)
            requests.AddRange(
                settings.Base.Requests(catalog).Where(request => requests.All(own => own.Name != request.Name))
            );
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
