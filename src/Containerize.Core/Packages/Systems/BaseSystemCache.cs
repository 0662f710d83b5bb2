using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Containerize.Caching;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Packages.Systems;

/// <summary>
/// Remembers what was read of base images, by the digests of their layers: a base is decompressed once, not with every
/// publish. What is wrong with the folder costs that time and nothing else.
/// </summary>
/// <param name="folder">The absolute path of the folder in which indexes and package files are kept.</param>
internal sealed partial class BaseSystemCache(string folder)
{
    /// <summary>What must be known of an image to install packages upon it.</summary>
    public async Task<BaseSystem> ReadAsync(Image image, CancellationToken cancellationToken)
    {
        if (image.Layers.IsEmpty)
            return BaseSystem.Empty;
        // Another build of this assembly may want to know other things.
        var layers =
            $"{typeof(BaseSystemCache).Module.ModuleVersionId} "
            + $"{string.Join(' ', image.Layers.Select(layer => layer.DiffId))}";
        var path = Path.Combine(
            folder,
            "bases",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(layers)))
        );
        if (TryRead(path) is { } known)
            return known;
        var system = await BaseSystemReader.ReadAsync(image, cancellationToken).ConfigureAwait(false);
        // Where it cannot be kept, the next publish reads the layers again.
        CacheFolder.Replace(
            path,
            stream => JsonSerializer.Serialize(stream, Remembered.Of(system), Form.Default.Remembered)
        );
        return system;
    }

    private static BaseSystem? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), Form.Default.Remembered)?.ToSystem();
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or Diagnostics.ContainerizeException
            )
        {
            return null;
        }
    }

    // Its code is made by the compiler, since a native program makes none.
    [JsonSerializable(typeof(Remembered))]
    private sealed partial class Form : JsonSerializerContext;

    private sealed record Remembered(
        string[] Directories,
        Dictionary<string, string> Links,
        string[] Files,
        Dictionary<string, string> Texts,
        Dictionary<string, byte[]> AptFiles
    )
    {
        public static Remembered Of(BaseSystem system) =>
            new(
                [.. system.Directories.Select(path => path.Text)],
                system.Links.ToDictionary(link => link.Key.Text, link => link.Value),
                [.. system.Files.Select(path => path.Text)],
                system.Texts.ToDictionary(text => text.Key.Text, text => text.Value),
                system.AptFiles.ToDictionary(file => file.Key.Text, file => file.Value.ToArray())
            );

        public BaseSystem ToSystem() =>
            new(
                [.. Directories.Select(ContainerPath.Parse)],
                Links.ToImmutableDictionary(link => ContainerPath.Parse(link.Key), link => link.Value),
                [.. Files.Select(ContainerPath.Parse)],
                Texts.ToImmutableSortedDictionary(text => ContainerPath.Parse(text.Key), text => text.Value)
            )
            {
                AptFiles = AptFiles.ToImmutableSortedDictionary(
                    file => ContainerPath.Parse(file.Key),
                    file => file.Value.ToImmutableArray()
                ),
            };
    }
}
