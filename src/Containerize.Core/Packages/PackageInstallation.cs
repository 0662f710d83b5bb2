using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Packages;

/// <summary>
/// Packages that were chosen to go upon a base image. Nothing of them is fetched or read before the layer is asked for;
/// what was unpacked is there until this is disposed of.
/// </summary>
public sealed class PackageInstallation : IDisposable
{
    private readonly Func<CancellationToken, Task<PackagesLayer>> _unpack;
    private PackagesLayer? _layer;

    /// <param name="packages">What is to be installed, sorted by name.</param>
    /// <param name="key">What the layer follows from.</param>
    /// <param name="unpack">Fetches and unpacks the packages.</param>
    internal PackageInstallation(
        ImmutableArray<InstalledPackage> packages,
        string key,
        Func<CancellationToken, Task<PackagesLayer>> unpack
    ) => (Packages, Key, _unpack) = (packages, key, unpack);

    /// <summary>What is to be installed, sorted by name.</summary>
    public ImmutableArray<InstalledPackage> Packages { get; }

    /// <summary>What the layer's entries follow from, as one hash: equal keys, equal entries.</summary>
    public string Key { get; }

    /// <summary>What apt would install too and only maintainer scripts need.</summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];

    /// <summary>What the lock file was changed in; none when it was not written.</summary>
    public ImmutableArray<string> LockChanges { get; init; } = [];

    /// <summary>Fetches and unpacks the packages, once.</summary>
    /// <exception cref="ContainerizeException">CTZ0072, CTZ0076, CTZ0084 to CTZ0086, CTZ0088, CTZ0091; those of the
    /// base's source.</exception>
    public async Task<PackagesLayer> UnpackAsync(CancellationToken cancellationToken) =>
        _layer ??= await _unpack(cancellationToken).ConfigureAwait(false);

    public void Dispose() => _layer?.Dispose();

    /// <summary>
    /// The key of what is unpacked: the packages to the byte, the layers that they are unpacked onto, and the settings.
    /// Another build of this assembly may unpack otherwise, so it is part of it too.
    /// </summary>
    internal static string KeyOf(
        ImmutableArray<InstalledPackage> packages,
        Image baseImage,
        PackagesLayerSettings settings,
        string exclusions
    )
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{typeof(PackageInstallation).Module.ModuleVersionId} {settings.Architecture} {settings.IsBase}"
        );
        text.AppendLine(CultureInfo.InvariantCulture, $"{settings.Time.ToUnixTimeSeconds()} {exclusions}");
        text.AppendJoin('\n', baseImage.Layers.Select(layer => $"layer {layer.DiffId}")).AppendLine();
        text.AppendJoin('\n', packages.Select(package => $"{package} {package.Digest}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
