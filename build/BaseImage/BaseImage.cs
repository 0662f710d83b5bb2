using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;
using Containerize.Stores.Layouts;
using NuGet.Versioning;

namespace Containerize.Build;

/// <summary>
/// A base image that is made of this machine's apt sources and its own .NET runtime, where the registry with
/// Microsoft's images is out of reach. The same versions give the same digest.
/// </summary>
public sealed record BaseImage
{
    private const string DotNet = "/usr/share/dotnet";

    /// <summary>Packages beside those that a self-contained app needs: a shell, programs.</summary>
    public ImmutableArray<string> Packages { get; init; } = [];

    /// <summary>Whether the shared runtime of .NET and ASP.NET Core that runs this program is in it.</summary>
    public bool HasRuntime { get; init; }

    /// <summary>The architecture, as OCI calls it; the runtime is the machine's.</summary>
    public string Architecture { get; init; } =
        RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    /// <summary>The absolute folder in which packages are kept; one that is removed afterwards where no folder is
    /// given.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Writes the image.</summary>
    /// <param name="layout">The absolute path of an OCI layout, in which it is <c>latest</c>.</param>
    public async Task<Image> WriteAsync(string layout)
    {
        var work = Directory.CreateTempSubdirectory("containerize-base-").FullName;
        try
        {
            var writer = new LayerWriter(Path.Combine(work, "layers"), LayerEncoding.Default);
            var image = Image.Scratch(new Platform("linux", Architecture));
            // Packages are fetched when they are unpacked, if not before.
            using var http = new HttpClient();
            using (var packages = await InstallAsync(image, work, http))
                image = Add(
                    image,
                    writer.Write((await packages.UnpackAsync(CancellationToken.None)).Plan, CancellationToken.None),
                    string.Join(' ', packages.Packages.Select(package => package.Name))
                );
            image = image.With(
                PackagesBase.Environment.Aggregate(
                    image.Config.WithCreated(DateTimeOffset.UnixEpoch),
                    (config, variable) => config.WithVariable(variable.Key, variable.Value)
                )
            );
            if (HasRuntime)
                image = WithRuntime(image, writer);
            await new OciLayoutSink(layout, [ImageReference.Parse("base:latest")]).PushAsync(
                image,
                CancellationToken.None
            );
            return image;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private Task<PackageInstallation> InstallAsync(Image scratch, string work, HttpClient http) =>
        new PackageInstaller(
            new PackageSettings
            {
                Requests = Packages,
                Base = new PackagesBase { FrameworkMajor = Environment.Version.Major },
                CacheFolder = CacheFolder ?? Path.Combine(work, "cache"),
                WorkFolder = work,
                Clock = TimeProvider.System,
            },
            http
        ).InstallAsync("packages", scratch, scratch.Config.Platform, CancellationToken.None);

    private static Image WithRuntime(Image image, LayerWriter writer)
    {
        var core = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        var (version, root) = (core.Name, core.Parent!.Parent!.Parent!.FullName);
        var host = Directory
            .GetDirectories(Path.Combine(root, "host", "fxr"))
            .MaxBy(folder => NuGetVersion.Parse(Path.GetFileName(folder)))!;
        string[] folders = [host, core.FullName, Path.Combine(root, "shared", "Microsoft.AspNetCore.App", version)];
        var files = folders
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(root).Where(file => Path.GetExtension(file) is "" or ".txt"));
        var home = ContainerPath.Parse(DotNet);
        var plan = LayerPlan.Create(
            new PublishFolder(root, []),
            [],
            new ContainerSettings
            {
                WorkingDirectory = home,
                Files = [.. files.Select(file => new ExtraFile(file, home.Combine(Path.GetRelativePath(root, file))))],
            }
        );
        var link = new LayerEntry(ContainerPath.Parse("/usr/bin/dotnet"), EntryKind.SymbolicLink, 0b111_111_111)
        {
            LinkTarget = "../share/dotnet/dotnet",
        };
        var layer = new PlannedLayer(LayerNames.Runtime, plan.Layers.Single().Entries.Add(link));
        image = Add(
            image,
            writer.Write(layer, CancellationToken.None),
            $"Microsoft.NETCore.App, Microsoft.AspNetCore.App {version}"
        );
        return image.With(image.Config.WithVariable("DOTNET_VERSION", version).WithVariable("ASPNET_VERSION", version));
    }

    private static Image Add(Image image, Layer layer, string what) =>
        image.With(layer with { Name = Layer.BaseName }, DateTimeOffset.UnixEpoch, "build/BaseImage: " + what);
}
