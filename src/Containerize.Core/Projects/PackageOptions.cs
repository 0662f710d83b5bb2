using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.IO;
using Containerize.Packages;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Unpacking;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Projects;

/// <summary>Operating-system packages in the words of the project.</summary>
public sealed record PackageOptions
{
    /// <summary>The items <c>ContainerPackage</c>: name, or <c>name=version</c>, and <c>Version</c>.</summary>
    public ImmutableArray<(string Name, string Version)> Requests { get; init; } = [];

    /// <summary>The items <c>ContainerPackageSource</c>.</summary>
    public ImmutableArray<PackageSourceItem> Sources { get; init; } = [];

    /// <summary>The items <c>ContainerPackageMirror</c>, with <c>Url</c>.</summary>
    public ImmutableArray<(string Name, string Url)> Mirrors { get; init; } = [];

    /// <summary><c>runtime</c> or <c>full</c>.</summary>
    public string Closure { get; init; } = "";

    /// <summary>Globs of what is left out; empty for the usual ones.</summary>
    public string Exclude { get; init; } = "";

    /// <summary>The full path of the lock file, or empty.</summary>
    public string LockFile { get; init; } = "";

    /// <summary>Whether the lock file is written instead of read.</summary>
    public bool UpdateLock { get; init; }

    /// <summary>The project's NuGet packages as the lock file is to have them.</summary>
    public ImmutableSortedDictionary<string, LockedLibraries> Libraries { get; init; } = PlatformLock.NoLibraries;

    /// <summary>What a base that is made of packages serves; null for another base.</summary>
    public PackagesBase? Base { get; init; }

    /// <summary>Whether the project brings its .NET runtime along.</summary>
    public bool HasRuntime { get; init; }

    /// <summary>Whether the network is left alone.</summary>
    public bool Offline { get; init; }

    // A path that was named and is not there would leave all unpinned that it was to pin.
    /// <summary>Refuses a lock file that is to be read and is missing.</summary>
    /// <exception cref="ContainerizeException">The lock file is missing.</exception>
    public void RefuseMissingLockFile()
    {
        if (LockFile.Length > 0 && !UpdateLock && !File.Exists(LockFile))
            throw new ContainerizeException(
                DiagnosticTable.LockFileMissing,
                $"ContainerLockFile is '{LockFile}', and {NamedFile.WhyMissing(LockFile, "there is no such file")}, so "
                    + "nothing would be pinned. "
                    + "Correct the path, or write the file with -p:ContainerUpdateLock=true."
            );
    }

    /// <summary>Reads the words.</summary>
    /// <param name="paths">Where the project is.</param>
    /// <param name="cache">Where packages are kept.</param>
    /// <param name="time">The time of what is made.</param>
    /// <exception cref="ContainerizeException">A word that means nothing.</exception>
    public PackageSettings Read(ProjectPaths paths, CacheFolder cache, DateTimeOffset time)
    {
        if (Base is not null && !HasRuntime)
            throw new ContainerizeException(
                DiagnosticTable.PackagesBaseNeedsRuntime,
                "ContainerBaseImage is 'packages', and the project is published without the .NET runtime, which "
                    + "is no operating-system package. "
                    + "Set SelfContained=true and RuntimeIdentifier, or PublishAot=true, in the project or on the "
                    + "command line; or use another base image."
            );
        return new PackageSettings
        {
            // On a command line the semicolons of ContainerPackages come escaped, and MSBuild does not split there.
            Requests =
            [
                .. Requests
                    .Select(ReadRequest)
                    .SelectMany(request => SettingList.Parse(request).AsEnumerable())
                    .Distinct(StringComparer.Ordinal),
            ],
            Base = Base,
            Closure = ReadClosure(),
            Sources = [.. Sources.SelectMany(source => source.Read(paths.ProjectFolder).AsEnumerable())],
            Mirrors = [.. Mirrors.Select(mirror => PackageMirror.Parse(mirror.Name, mirror.Url))],
            Exclusions = Exclude.Length > 0 ? Exclude : PackageExclusions.Default,
            LockPath = LockFile.Length > 0 ? LockFile : null,
            UpdatesLock = UpdateLock,
            Libraries = Libraries,
            CacheFolder = Path.Combine(cache.Path, "packages"),
            WorkFolder = paths.IntermediateFolder,
            IsOffline = Offline,
            Clock = TimeProvider.System,
            Time = time,
        };
    }

    /// <summary>Reads the words for an app that was published: which libraries it loads follows from the files of the
    /// image.</summary>
    /// <param name="paths">Where the project is.</param>
    /// <param name="cache">Where packages are kept.</param>
    /// <param name="settings">What the project says of its image.</param>
    /// <param name="leftOut">Paths below the publish folder that are no part of the image.</param>
    /// <exception cref="ContainerizeException">A word that means nothing; CTZ0012 or CTZ0014 for a file that changed or
    /// cannot be read.</exception>
    public PackageSettings ReadFor(
        ProjectPaths paths,
        CacheFolder cache,
        ContainerSettings settings,
        IReadOnlySet<string> leftOut
    )
    {
        var packages = Read(paths, cache, settings.Created);
        if (packages.Base is not { } needs)
            return packages;
        var published = PublishFolder
            .Read(paths.PublishFolder, leftOut)
            .Entries.Where(entry => entry.Kind == EntryKind.File)
            .Select(entry => entry.FullPath);
        var added = settings.Files.Where(file => file.Kind == EntryKind.File).Select(file => file.SourcePath);
        var loaded = LoadedLibraries.Of([.. published, .. added], needs.IsTrimmed);
        return packages with { Base = needs with { Libraries = loaded.Names, LoadsNoOthers = loaded.AreAll } };
    }

    /// <summary>The packages of a plan: what is asked for, and where the versions come from.</summary>
    public ImmutableArray<string> Plan(PackageSettings packages)
    {
        if (packages.IsEmpty)
            return [];
        var pinned =
            LockFile.Length > 0 && !UpdateLock
                ? $"in the versions of {LockFile}"
                : "in the versions that their sources have by then";
        return
        [
            .. packages.Requests,
            .. packages.Base is { } needs ? new[] { $"what a self-contained app needs ({needs})" } : [],
            pinned,
        ];
    }

    /// <summary>Reports what was installed.</summary>
    public void Report(PackageInstallation installation, ImmutableArray<string> unrunScripts, IProjectLog log)
    {
        if (!installation.Packages.IsEmpty)
            log.Write(
                LineWeight.Low,
                $"Containerize: {installation.Packages.Length} packages: "
                    + string.Join(", ", installation.Packages.Select(package => $"{package.Name} {package.Version}"))
            );
        if (!installation.LeftOut.IsEmpty)
            log.Write(
                LineWeight.Low,
                "Containerize: left out, because only maintainer scripts need them "
                    + $"(ContainerPackageClosure=full installs them): {string.Join(", ", installation.LeftOut)}"
            );
        if (UpdateLock)
            log.Write(
                LineWeight.High,
                $"{LockFile}: "
                    + (
                        installation.LockChanges.IsEmpty
                            ? "nothing changed"
                            : string.Join("", installation.LockChanges.Select(change => "\n  " + change))
                    )
            );
        if (!unrunScripts.IsEmpty)
            log.Warn(
                DiagnosticTable.PackageScriptsNotRun,
                "Maintainer scripts are never run. These packages have one that does more than is done for it: "
                    + $"{string.Join(", ", unrunScripts)}. "
                    + "Most programs work without; where one misses a user, a folder or a file that its script "
                    + "would make, add it with ContainerFile items."
            );
    }

    private static string ReadRequest((string Name, string Version) item)
    {
        var (name, version) = (item.Name.Trim(), item.Version.Trim());
        if (version.Length > 0 && name.Contains('=', StringComparison.Ordinal))
            throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                $"ContainerPackage '{name}' has Version='{version}' too. Say the version once: "
                    + $"<ContainerPackage Include=\"{name.Split('=')[0].Trim()}\" Version=\"{version}\" />."
            );
        return version.Length > 0 ? $"{name}={version}" : name;
    }

    private PackageClosure ReadClosure() =>
        Closure.ToUpperInvariant() switch
        {
            "" or "RUNTIME" => PackageClosure.Runtime,
            "FULL" => PackageClosure.Full,
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                $"ContainerPackageClosure is '{Closure}'. Set it to 'runtime', which leaves out what "
                    + "only maintainer scripts need, or to 'full'."
            ),
        };
}
