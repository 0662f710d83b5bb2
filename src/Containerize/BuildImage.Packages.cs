using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Packages;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Unpacking;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>Operating-system packages: what the project says about them.</summary>
public sealed partial class BuildImage
{
    /// <summary>The items <c>ContainerPackage</c>: <c>name</c>, with <c>Version</c> or as
    /// <c>name=version</c>.</summary>
    public ITaskItem[] Packages { get; set; } = [];

    /// <summary>The items <c>ContainerPackageSource</c>, with <c>Suites</c>, <c>Components</c> and
    /// <c>SignedBy</c>.</summary>
    public ITaskItem[] PackageSources { get; set; } = [];

    /// <summary>The items <c>ContainerPackageMirror</c>, with <c>Url</c>.</summary>
    public ITaskItem[] PackageMirrors { get; set; } = [];

    /// <summary><c>runtime</c> or <c>full</c>.</summary>
    public string PackageClosure { get; set; } = "";

    /// <summary>Globs of what is left out; empty for the usual ones.</summary>
    public string PackageExclude { get; set; } = "";

    /// <summary>The full path of the lock file, or empty.</summary>
    public string LockFile { get; set; } = "";

    /// <summary>Whether the lock file is written instead of read.</summary>
    public bool UpdateLock { get; set; }

    private bool IsPackagesBase => BaseImage == PackagesBase.Name;

    // A path that was named and is not there would leave all unpinned that it was to pin.
    private void RefuseMissingLockFile()
    {
        if (LockFile.Length > 0 && !UpdateLock && !File.Exists(LockFile))
            throw new ContainerizeException(
                DiagnosticTable.LockFileMissing,
                $"ContainerLockFile is '{LockFile}', and there is no such file, so nothing would be pinned. "
                    + "Correct the path, or write the file with -p:ContainerUpdateLock=true."
            );
    }

    private PackageSettings ReadPackages(DateTimeOffset time)
    {
        if (IsPackagesBase && !SelfContained && !PublishAot)
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
                .. Packages.Select(ReadRequest).SelectMany(request => Split(request)).Distinct(StringComparer.Ordinal),
            ],
            Base = IsPackagesBase
                ? new PackagesBase
                {
                    FrameworkMajor = System.Version.TryParse(TargetFrameworkVersion.TrimStart('v'), out var version)
                        ? version.Major
                        : 10,
                    IsNativeAot = PublishAot,
                    UsesInvariantGlobalization = InvariantGlobalization,
                }
                : null,
            Closure = ReadClosure(),
            Sources = [.. PackageSources.SelectMany(source => ReadSource(source).AsEnumerable())],
            Mirrors =
            [
                .. PackageMirrors.Select(mirror => PackageMirror.Parse(mirror.ItemSpec, mirror.GetMetadata("Url"))),
            ],
            Exclusions = PackageExclude.Length > 0 ? PackageExclude : PackageExclusions.Default,
            LockPath = LockFile.Length > 0 ? LockFile : null,
            UpdatesLock = UpdateLock,
            CacheFolder = Path.Combine(CacheFolderPath, "packages"),
            WorkFolder = IntermediateFolder,
            IsOffline = Offline,
            Clock = TimeProvider.System,
            Time = time,
        };
    }

    // Only a registry still has what a tag meant before.
    private IImageSource Pinned(IImageSource source, PackageSettings packages, RegistryClient client) =>
        source is CachedSource { Reference: { Digest: null } reference }
        && packages.PinnedBase(Images.Platform.FromRuntimeIdentifier(RuntimeIdentifier)) is { } digest
            ? new PinnedSource(source, Cached(new RegistrySource(reference with { Digest = digest }, client), client))
            : source;

    private static string ReadRequest(ITaskItem item)
    {
        var (name, version) = (item.ItemSpec.Trim(), item.GetMetadata("Version").Trim());
        if (version.Length > 0 && name.Contains('=', StringComparison.Ordinal))
            throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                $"ContainerPackage '{name}' has Version='{version}' too. Say the version once: "
                    + $"<ContainerPackage Include=\"{name.Split('=')[0].Trim()}\" Version=\"{version}\" />."
            );
        return version.Length > 0 ? $"{name}={version}" : name;
    }

    private PackageClosure ReadClosure() =>
        PackageClosure.ToUpperInvariant() switch
        {
            "" or "RUNTIME" => Containerize.Packages.Resolving.PackageClosure.Runtime,
            "FULL" => Containerize.Packages.Resolving.PackageClosure.Full,
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                $"ContainerPackageClosure is '{PackageClosure}'. Set it to 'runtime', which leaves out what "
                    + "only maintainer scripts need, or to 'full'."
            ),
        };

    private ImmutableArray<AptSource> ReadSource(ITaskItem item)
    {
        var signedBy = item.GetMetadata("SignedBy");
        var isPath =
            signedBy.Length > 0
            && !signedBy.Contains("-----BEGIN", StringComparison.Ordinal)
            && !signedBy.All(char.IsAsciiHexDigit);
        return AptSource.Create(
            item.ItemSpec,
            item.GetMetadata("Suites"),
            item.GetMetadata("Components"),
            isPath ? Path.Combine(Path.GetDirectoryName(ProjectFile)!, signedBy) : signedBy,
            "ContainerPackageSource"
        );
    }

    private void ReportPackages(PackageInstallation installation, ImmutableArray<string> unrunScripts)
    {
        if (!installation.Packages.IsEmpty)
            Log.LogMessage(
                MessageImportance.Low,
                "Containerize: {0} packages: {1}",
                installation.Packages.Length,
                string.Join(", ", installation.Packages.Select(package => $"{package.Name} {package.Version}"))
            );
        if (!installation.LeftOut.IsEmpty)
            Log.LogMessage(
                MessageImportance.Low,
                "Containerize: left out, because only maintainer scripts need them "
                    + "(ContainerPackageClosure=full installs them): {0}",
                string.Join(", ", installation.LeftOut)
            );
        if (UpdateLock)
            Log.LogMessage(
                MessageImportance.High,
                "{0}: {1}",
                LockFile,
                installation.LockChanges.IsEmpty
                    ? "nothing changed"
                    : string.Join("", installation.LockChanges.Select(change => "\n  " + change))
            );
        if (!unrunScripts.IsEmpty)
            WarnCoded(
                DiagnosticTable.PackageScriptsNotRun,
                "Maintainer scripts are never run. These packages have one that does more than is done for it: "
                    + $"{string.Join(", ", unrunScripts)}. "
                    + "Most programs work without; where one misses a user, a folder or a file that its script "
                    + "would make, add it with ContainerFile items."
            );
    }
}
