using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>Makes a cache another than it says.</summary>
/// <param name="registry">The registry.</param>
/// <param name="repository">The repository, whose tag is <c>cache</c>.</param>
internal sealed class CacheHarm(TestRegistry registry, string repository)
{
    /// <summary>Harms it.</summary>
    /// <param name="harm">What is harmed, and how.</param>
    public void Do(string harm)
    {
        var (mediaType, bytes) = registry.Manifests[(repository, "cache")];
        var manifest = JsonNode.Parse(bytes)!.AsObject();
        var list = (string)manifest["config"]!["digest"]!;
        var config = JsonNode.Parse(registry.Blobs[(repository, list)])!.AsObject();
        var steps = config["steps"]!.AsArray();
        var layers = steps.OfType<JsonObject>().Where(step => step.ContainsKey("digest")).ToList();
        switch (harm)
        {
            case "layer bytes":
                EachLayer(stored => [.. stored[..^9], (byte)(stored[^9] ^ 1), .. stored[^8..]]);
                return;
            case "layer bytes early":
                EachLayer(stored => [.. stored[..1000], (byte)(stored[1000] ^ 1), .. stored[1001..]]);
                return;
            case "layer cut":
                EachLayer(stored => stored[..^1]);
                return;
            case "layer gone":
                foreach (var layer in layers)
                    registry.Blobs.TryRemove((repository, (string)layer["digest"]!), out _);
                return;
            case "list bytes":
                registry.Blobs[(repository, list)][20] ^= 1;
                return;
            case "list gone":
                registry.Blobs.TryRemove((repository, list), out _);
                return;
            case "manifest no JSON":
                Put(Encoding.UTF8.GetBytes("<html>"));
                return;
            case "manifest huge":
                Put(new byte[(4 << 20) + 1]);
                return;
            case "manifest of an image":
                manifest.Remove("artifactType");
                break;
            case "manifest of an index":
                mediaType = MediaTypes.OciIndex;
                manifest["mediaType"] = mediaType;
                break;
            case "list too long":
                manifest["config"]!["size"] = StepsManifest.LongestConfig + 1;
                break;
            case "layer of no compression":
                foreach (var layer in manifest["layers"]!.AsArray())
                    layer!["mediaType"] = MediaTypes.OciLayer;
                break;
            case "layer of another compression":
                Restore(stored => ZstdOf(FleetMachine.Inflate(stored)), MediaTypes.OciLayer + "+zstd");
                break;
            case "layer packed otherwise":
                Restore(stored => GzipOf(FleetMachine.Inflate(stored)), MediaTypes.OciLayer + "+gzip");
                break;
            case "format none":
                layers.ForEach(layer => layer["format"] = "zip");
                break;
            case "diff id":
                layers.ForEach(layer => layer["diffId"] = Digest.Of("another"u8).ToString());
                break;
            case "length":
                layers.ForEach(layer => layer["length"] = (long)layer["length"]! - 1);
                break;
            case "descriptor of another layer":
                var digests = layers.Select(layer => (string)layer["digest"]!).Distinct().ToList();
                layers.ForEach(layer =>
                    layer["digest"] = digests[(digests.IndexOf((string)layer["digest"]!) + 1) % digests.Count]
                );
                break;
            case "steps too many":
                for (var i = 0; i <= StepsManifest.Most; i++)
                    steps.Add(
                        new JsonObject { ["key"] = Digest.Of(BitConverter.GetBytes(i)).Hex, ["used"] = "2020-01-01" }
                    );
                break;
            case "steps twice":
                steps.Add(steps[0]!.DeepClone());
                break;
            case "steps no list":
                config["steps"] = new JsonObject();
                break;
            case "key a path":
                steps[0]!["key"] = "../../../../etc/passwd";
                break;
            case "day none":
                steps[0]!["used"] = "yesterday";
                break;
            case "layer unnamed":
                manifest["layers"] = new JsonArray();
                break;
            default:
                throw new ArgumentException(harm);
        }

        var changed = Encoding.UTF8.GetBytes(config.ToJsonString());
        manifest["config"]!["digest"] = registry.AddBlob(repository, changed).ToString();
        if (harm != "list too long")
            manifest["config"]!["size"] = changed.Length;
        Put(Encoding.UTF8.GetBytes(manifest.ToJsonString()));

        void Put(byte[] document) => registry.AddManifest(repository, mediaType, document, "cache");

        // Other bytes of the same tar, under our format's name.
        void Restore(Func<byte[], byte[]> change, string type)
        {
            foreach (var layer in manifest["layers"]!.AsArray())
            {
                var old = (string)layer!["digest"]!;
                var stored = change(registry.Blobs[(repository, old)]);
                var digest = registry.AddBlob(repository, stored).ToString();
                layer["digest"] = digest;
                layer["size"] = stored.Length;
                layer["mediaType"] = type;
                layers.Where(step => (string)step["digest"]! == old).ToList().ForEach(step => step["digest"] = digest);
            }
        }

        void EachLayer(Func<byte[], byte[]> change)
        {
            foreach (var digest in layers.Select(layer => (string)layer["digest"]!).Distinct())
                registry.Blobs[(repository, digest)] = change(registry.Blobs[(repository, digest)]);
        }
    }

    private static byte[] ZstdOf(byte[] tar)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(tar).ToArray();
    }

    private static byte[] GzipOf(byte[] tar)
    {
        using var stored = new MemoryStream();
        using (var gzip = new GZipStream(stored, CompressionLevel.NoCompression))
            gzip.Write(tar);
        return stored.ToArray();
    }
}
