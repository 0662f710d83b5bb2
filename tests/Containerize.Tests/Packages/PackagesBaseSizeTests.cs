using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;

namespace Containerize.Tests.Packages;

/// <summary>The base of packages is small: bytes as they go over the wire.</summary>
public sealed class PackagesBaseSizeTests(Machine machine)
{
    private const int Megabyte = 1_000_000;

    [Theory]
    [InlineData(true, 6 * Megabyte)]
    [InlineData(false, 21 * Megabyte)]
    public async Task It_is_no_larger_than_promised(bool invariant, int most)
    {
        var folder = machine.Folder.Create("size");
        using var http = new HttpClient();
        using var installation = await new PackageInstaller(
            new PackageSettings
            {
                Requests = [],
                Base = new PackagesBase { FrameworkMajor = 10, UsesInvariantGlobalization = invariant },
                CacheFolder = machine.PackageCache,
                WorkFolder = folder,
                Clock = TimeProvider.System,
            },
            http
        ).InstallAsync(
            "packages",
            Image.Scratch(new Platform("linux", "amd64")),
            new Platform("linux", "amd64"),
            TestContext.Current.CancellationToken
        );
        var unpacked = await installation.UnpackAsync(TestContext.Current.CancellationToken);
        var layer = new LayerWriter(folder, LayerEncoding.Default).Write(
            unpacked.Plan,
            TestContext.Current.CancellationToken
        );
        Assert.InRange(layer.Blob.Descriptor.Size, 1, most);
        Assert.Empty(unpacked.UnrunScripts);
    }
}
