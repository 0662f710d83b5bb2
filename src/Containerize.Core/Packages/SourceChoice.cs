using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Packages;

/// <summary>
/// Which sources the packages of an image come from: the project's; else the base's own, with the keys that lie in it;
/// else the machine's, also where the base's do not answer. What lies in a base is the same on every host.
/// </summary>
/// <param name="settings">What the project says.</param>
/// <param name="architecture">The architecture of the image, as Debian calls it.</param>
/// <param name="downloads">Where files are kept and fetched from.</param>
internal sealed class SourceChoice(PackageSettings settings, string architecture, PackageDownloads downloads)
{
    /// <summary>The sources that may have a package of a base, best first.</summary>
    /// <param name="system">The base; empty for none.</param>
    public ImmutableArray<AptSource> Of(BaseSystem system) =>
        Mirrored(!settings.Sources.IsEmpty ? settings.Sources : [.. OfBase(system), .. OfMachine()]);

    /// <summary>What the sources offer for a base.</summary>
    /// <param name="system">The base; empty for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">The codes of <see cref="PackageArchive"/>.</exception>
    public async Task<PackageCatalog> ReadAsync(BaseSystem system, CancellationToken cancellationToken)
    {
        var machineKeys = new MachineKeys(settings.AptFolder);
        if (!settings.Sources.IsEmpty)
            return await ReadAsync(settings.Sources, machineKeys, cancellationToken).ConfigureAwait(false);
        var (own, machine) = (OfBase(system), OfMachine());
        if (own.IsEmpty)
            return await ReadAsync(machine, machineKeys, cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadAsync(
                    own,
                    new MachineKeys(BaseAptFiles.Folder, new BaseAptFiles(system)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic == DiagnosticTable.PackageSourceUnreachable && !machine.IsEmpty)
        {
            if (await InPlaceAsync(machine, system, cancellationToken).ConfigureAwait(false) is { } catalog)
                return catalog;
            throw;
        }
    }

    // A machine that reaches no other network has sources that it reaches. They stand in for the base's if they are of
    // its release.
    private async Task<PackageCatalog?> InPlaceAsync(
        ImmutableArray<AptSource> machine,
        BaseSystem system,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var catalog = await ReadAsync(machine, new MachineKeys(settings.AptFolder), cancellationToken)
                .ConfigureAwait(false);
            return OsRelease.Of(system)?.Fits(catalog.Origins) == true ? catalog : null;
        }
        catch (ContainerizeException)
        {
            // A fault in the base's own sources is a warning.
            return null;
        }
    }

    private Task<PackageCatalog> ReadAsync(
        ImmutableArray<AptSource> sources,
        MachineKeys keys,
        CancellationToken cancellationToken
    ) =>
        new PackageArchive(downloads, keys, settings.Clock).ReadAsync(
            Mirrored(sources),
            architecture,
            cancellationToken
        );

    private ImmutableArray<AptSource> OfBase(BaseSystem system) =>
        AptSourceFile.ReadFolder(new BaseAptFiles(system), BaseAptFiles.Folder, architecture);

    private ImmutableArray<AptSource> OfMachine() => AptSourceFile.ReadFolder(settings.AptFolder, architecture);

    private ImmutableArray<AptSource> Mirrored(ImmutableArray<AptSource> sources) =>
        PackageMirror.Apply(settings.Mirrors, sources);
}
