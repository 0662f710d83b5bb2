using Containerize.Tests.Tools;

namespace Containerize.Tests.Images;

/// <summary>
/// What the tests' images stand on: a small handmade image that nothing can run on, and images that the repository's
/// script makes out of Debian's packages, in which .NET runs. Each is made when it is first asked for.
/// </summary>
public sealed class BaseImages
{
    private readonly Lazy<OciLayout> _small;
    private readonly Lazy<Task<string>> _aspnet;
    private readonly Lazy<Task<string>> _runtimeDeps;

    /// <summary>Nothing is made yet.</summary>
    /// <param name="folder">An empty folder of its own.</param>
    /// <param name="registry">Where the images of the script are pushed to.</param>
    public BaseImages(string folder, DockerRegistry registry)
    {
        _small = new(() => HandmadeImage.Small.WriteTo(Path.Combine(folder, "small")));
        _aspnet = new(() => MakeAsync("aspnet", Path.Combine(folder, "aspnet"), registry));
        _runtimeDeps = new(() => MakeAsync("runtime-deps", Path.Combine(folder, "runtime-deps"), registry));
    }

    /// <summary>A handmade image of two layers.</summary>
    public OciLayout Small => _small.Value;

    /// <summary><see cref="Small"/> as <c>ContainerBaseImage</c> names it.</summary>
    public string SmallReference => $"oci:{Small.Folder}:1.0";

    /// <summary>A registry's image with the shared ASP.NET Core runtime of this machine.</summary>
    public Task<string> AspNet => _aspnet.Value;

    /// <summary>A registry's image with what a self-contained app needs.</summary>
    public Task<string> RuntimeDeps => _runtimeDeps.Value;

    private static async Task<string> MakeAsync(string name, string layout, DockerRegistry registry)
    {
        await Shell.RunAsync("bash", Path.Combine(TestFolder.Repository, "build/base-image.sh"), name, layout);
        ImageValidator.AssertValid(layout);
        var reference = $"{registry.Address}/bases/{name}:10.0";
        await Skopeo.CopyAsync($"oci:{layout}", $"docker://{reference}");
        return reference;
    }
}
