using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Unpacking;

namespace Containerize.Packages;

/// <summary>What a project says about operating-system packages, and what the machine has for them.</summary>
public sealed record PackageSettings
{
    /// <summary>The folder of apt's configuration on a machine.</summary>
    public const string MachineFolder = "/etc/apt";

    /// <summary>What the project calls the base image, for the lock file; null for what its source calls it.</summary>
    public string? BaseName { get; init; }

    /// <summary>What <c>ContainerPackage</c> names.</summary>
    public required ImmutableArray<string> Requests { get; init; }

    /// <summary>The base that the packages are; null when they go upon another base image.</summary>
    public PackagesBase? Base { get; init; }

    /// <summary>How much of apt's closure is installed.</summary>
    public PackageClosure Closure { get; init; } = PackageClosure.Runtime;

    /// <summary>What <c>ContainerPackageSource</c> names; none for the base's own sources, else the
    /// machine's.</summary>
    public ImmutableArray<AptSource> Sources { get; init; } = [];

    /// <summary>Addresses that are asked in place of others.</summary>
    public ImmutableArray<PackageMirror> Mirrors { get; init; } = [];

    /// <summary>Absolute path of the machine's folder with apt's sources, keys, proxies and passwords.</summary>
    public string AptFolder { get; init; } = MachineFolder;

    /// <summary>The globs of what is left out.</summary>
    public string Exclusions { get; init; } = PackageExclusions.Default;

    /// <summary>Absolute path of the lock file; null to go without.</summary>
    public string? LockPath { get; init; }

    /// <summary>Whether the lock file is written instead of read.</summary>
    public bool UpdatesLock { get; init; }

    /// <summary>The project's NuGet packages as the lock file is to have them.</summary>
    public ImmutableSortedDictionary<string, LockedLibraries> Libraries { get; init; } = PlatformLock.NoLibraries;

    /// <summary>Absolute path of the folder in which indexes and package files are kept.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Absolute path of a folder for what is decompressed.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Whether to use only what is in the cache.</summary>
    public bool IsOffline { get; init; }

    /// <summary>The clock that the dates of releases and keys are compared with.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The time of every entry of the layer.</summary>
    public DateTimeOffset Time { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Whether there is anything to install.</summary>
    public bool IsEmpty => Requests.IsEmpty && Base is null;

    /// <summary>Whether nothing is to be done: there is nothing to install, and no lock file that the base image is
    /// pinned in.</summary>
    public bool IsIdle => IsEmpty && LockPath is null;

    /// <summary>The digest that the lock file pins the base image to; null when it pins none of that name.</summary>
    /// <param name="platform">What the image runs on.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0089 when the file cannot be read.</exception>
    public Digest? PinnedBase(Platform platform) =>
        new PackageLockFile(LockPath, UpdatesLock).TryFind(platform) is { } locked && locked.Base == BaseName
            ? locked.BaseDigest
            : null;
}
