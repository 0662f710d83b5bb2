using System.Collections.Concurrent;
using Containerize.Build;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Images;

/// <summary>
/// What the tests' images stand on: a small handmade image that nothing can run on, and images of Debian's packages, in
/// which programs and .NET run. Each is made when it is first asked for.
/// </summary>
/// <param name="folder">An empty folder of its own.</param>
/// <param name="registry">Where the images of packages are pushed to.</param>
/// <param name="cache">The folder in which packages are kept.</param>
public sealed class BaseImages(string folder, DockerRegistry registry, string cache)
{
    private readonly Lazy<OciLayout> _small = new(() => HandmadeImage.Small.WriteTo(Path.Combine(folder, "small")));
    private readonly ConcurrentDictionary<string, Lazy<Task<OciLayout>>> _layouts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _pushed = new(StringComparer.Ordinal);

    /// <summary>A handmade image of two layers.</summary>
    public OciLayout Small => _small.Value;

    /// <summary><see cref="Small"/> as <c>ContainerBaseImage</c> names it.</summary>
    public string SmallReference => $"oci:{Small.Folder}:1.0";

    /// <summary>A registry's image with the shared ASP.NET Core runtime of this machine.</summary>
    public Task<string> AspNet => PushedAsync("aspnet", new BaseImage { HasRuntime = true });

    /// <summary>A registry's image with what a self-contained app needs.</summary>
    public Task<string> RuntimeDeps => PushedAsync("runtime-deps", new BaseImage());

    /// <summary>An image, <c>latest</c> in a layout, of what a self-contained app needs and of Debian's packages with
    /// all that they need.</summary>
    /// <param name="packages">Their names: <c>bash</c>, <c>coreutils</c>.</param>
    public Task<OciLayout> OfPackagesAsync(params string[] packages) =>
        LayoutAsync(NameOf(packages), new BaseImage { Packages = [.. packages] });

    /// <summary>The same image in the registry: its reference.</summary>
    public Task<string> PushedOfPackagesAsync(params string[] packages) =>
        PushedAsync(NameOf(packages), new BaseImage { Packages = [.. packages] });

    // A plus sign may stand in the name of a package and not in that of a repository.
    private static string NameOf(string[] packages) =>
        string.Join('-', packages.Order(StringComparer.Ordinal)).Replace("+", "plus", StringComparison.Ordinal);

    private Task<OciLayout> LayoutAsync(string name, BaseImage image) =>
        _layouts
            .GetOrAdd(
                name,
                _ =>
                    new(async () =>
                    {
                        var layout = Path.Combine(folder, name);
                        await (image with { CacheFolder = cache }).WriteAsync(layout);
                        ImageValidator.AssertValid(layout);
                        return new OciLayout(layout);
                    })
            )
            .Value;

    private Task<string> PushedAsync(string name, BaseImage image) =>
        _pushed
            .GetOrAdd(
                name,
                _ =>
                    new(async () =>
                    {
                        var reference = $"{registry.Address}/bases/{name}:10.0";
                        await Skopeo.CopyAsync(
                            $"oci:{(await LayoutAsync(name, image)).Folder}:latest",
                            $"docker://{reference}"
                        );
                        return reference;
                    })
            )
            .Value;
}
