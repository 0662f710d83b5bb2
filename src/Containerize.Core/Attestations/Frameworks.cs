using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>The .NET runtime, as advisories name it.</summary>
internal static class Frameworks
{
    private static readonly (string Framework, string Variable)[] Variables =
    [
        ("Microsoft.NETCore.App", "DOTNET_VERSION"),
        ("Microsoft.AspNetCore.App", "ASPNET_VERSION"),
    ];

    /// <summary>
    /// The shared frameworks of a base image that an app needs. Images with .NET say their versions in variables of
    /// their config;
    /// the layers, which may be of any size, are not read for it.
    /// </summary>
    /// <param name="image">The base image.</param>
    /// <param name="needed">The frameworks that the app references.</param>
    /// <param name="runtimeIdentifier">What the image runs on, as NuGet calls it.</param>
    public static IEnumerable<Component> Of(Image image, IReadOnlyCollection<string> needed, string runtimeIdentifier)
    {
        foreach (var (framework, variable) in Variables)
        {
            if (image.Config.Variable(variable) is not { Length: > 0 } version || !needed.Contains(framework))
                continue;
            // GitHub's advisories name the package of the runtime, whether it came with the app or with its base.
            var url = PackageUrl.OfNuGet($"{framework}.Runtime.{runtimeIdentifier}", version);
            yield return new Component(url, ComponentKind.Framework, framework, version)
            {
                PackageUrl = url,
                Cpe = CpeOf(framework, version),
                Supplier = "Microsoft",
            };
        }
    }

    /// <summary>The name of a framework in the National Vulnerability Database.</summary>
    public static string? CpeOf(string framework, string version) =>
        framework switch
        {
            "Microsoft.NETCore.App" => $"cpe:2.3:a:microsoft:.net:{version}:*:*:*:*:*:*:*",
            "Microsoft.AspNetCore.App" => $"cpe:2.3:a:microsoft:asp.net_core:{version}:*:*:*:*:*:*:*",
            _ => null,
        };
}
