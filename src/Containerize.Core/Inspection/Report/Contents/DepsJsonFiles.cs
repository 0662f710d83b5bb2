using System.Text.Json;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Inspection.Report.Contents;

/// <summary>
/// The packages that an app's <c>.deps.json</c> names (sdk, runtime-configuration-file.md), and where a publish puts
/// their files: in the app's folder, in a folder of the language, or under their own path where they are for one
/// platform of several.
/// </summary>
internal static class DepsJsonFiles
{
    private const string RuntimePack = "runtimepack.";

    /// <summary>The packages of a file; none for a text that is no such file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="text">Its content.</param>
    /// <param name="files">The files of the image.</param>
    public static IEnumerable<(PackageName Package, ContainerPath? Path)> Of(
        ContainerPath path,
        string text,
        ImageFiles files
    )
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. Of(path.Parent!, document.RootElement, files)];
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or ContainerizeException
            )
        {
            return [];
        }
    }

    private static IEnumerable<(PackageName Package, ContainerPath? Path)> Of(
        ContainerPath folder,
        JsonElement root,
        ImageFiles files
    )
    {
        var libraries = root.GetProperty("libraries");
        var target = root.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
        foreach (var library in root.GetProperty("targets").GetProperty(target).EnumerateObject())
        {
            if (
                !libraries.TryGetProperty(library.Name, out var description)
                || PackageOf(library.Name, description) is not { } package
            )
                continue;
            yield return (package, null);
            foreach (
                var place in PlacesOf(library.Value)
                    .Select(relative => Combine(folder, relative))
                    .OfType<ContainerPath>()
            )
            {
                // What a shared framework has is not beside the app.
                if (files.Find(place) is not null)
                    yield return (package, place);
            }
        }
    }

    private static PackageName? PackageOf(string key, JsonElement description)
    {
        var type = description.GetProperty("type").GetString();
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
            return null;
        var (name, version) = (key[..slash], key[(slash + 1)..]);
        return type switch
        {
            "runtimepack" when name.StartsWith(RuntimePack, StringComparison.Ordinal) => new PackageName(
                PackageKind.Runtime,
                name[RuntimePack.Length..],
                version
            ),
            "package"
                when name.StartsWith("Microsoft.", StringComparison.Ordinal)
                    && name.Contains(".App.Runtime.", StringComparison.Ordinal) => null,
            "package" => new PackageName(PackageKind.NuGet, name, version),
            _ => null,
        };
    }

    private static IEnumerable<string> PlacesOf(JsonElement library)
    {
        foreach (var asset in Assets(library, "runtime").Concat(Assets(library, "native")))
            yield return asset.Name[(asset.Name.LastIndexOf('/') + 1)..];
        foreach (var asset in Assets(library, "resources"))
            yield return $"{asset.Value.GetProperty("locale").GetString()}/{asset.Name[(asset.Name.LastIndexOf('/') + 1)..]}";
        foreach (var asset in Assets(library, "runtimeTargets"))
            yield return asset.Name;
    }

    private static IEnumerable<JsonProperty> Assets(JsonElement library, string name) =>
        library.TryGetProperty(name, out var assets) ? assets.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    private static ContainerPath? Combine(ContainerPath folder, string relative)
    {
        try
        {
            return folder.Combine(relative);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }
}
