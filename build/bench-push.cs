#:project ../src/Containerize.Core/Containerize.Core.csproj
#:property PublishAot=false

// What build/bench-registry.sh measures: makes layouts of a given shape, and pushes one with the registry client.
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Containerize.Images;
using Containerize.Publishing.Outputs;
using Containerize.Stores;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;

var platform = new Platform("linux", "amd64");
if (args is ["make", var folder, var count, var size])
{
    var image = Image.Scratch(platform);
    var layers = Path.Combine(folder, "layers");
    Directory.CreateDirectory(layers);
    for (var i = 0; i < int.Parse(count, CultureInfo.InvariantCulture); i++)
        image = image.With(
            MakeLayer(Path.Combine(layers, $"{i}.gz"), long.Parse(size, CultureInfo.InvariantCulture)),
            DateTimeOffset.UnixEpoch,
            "COPY"
        );
    await new OciLayoutSink(Path.Combine(folder, "layout"), [ImageReference.Parse("bench:1")]).PushAsync(
        image,
        default
    );
    Directory.Delete(layers, recursive: true);
    return 0;
}

var (layout, registry, repository) = (args[1], args[2], args[3]);
using var client = new RegistryClient(new RegistryOptions());
var pulled = await new OciLayoutSource(ImageLocation.Parse(layout, layout)).PullAsync(platform, default);
var clock = Stopwatch.StartNew();
var report = await new RegistrySink(registry, repository, ["1"], client).PushAsync(pulled, default);
var peak = File.ReadLines("/proc/self/status")
    .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
    .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"{clock.Elapsed.TotalSeconds:0.00} {long.Parse(peak, CultureInfo.InvariantCulture) / 1024} "
            + $"{report.Layers.Values.Count(fate => fate == BlobFate.Sent)}"
    )
);
return 0;

// Random bytes in gzip that does not compress: neither side has anything to do but hash and send.
static Layer MakeLayer(string file, long size)
{
    using var diffId = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    using (var gzip = new GZipStream(File.Create(file), CompressionLevel.NoCompression))
    {
        var block = new byte[1024 * 1024];
        for (var left = size; left > 0; left -= block.Length)
        {
            RandomNumberGenerator.Fill(block);
            diffId.AppendData(block);
            gzip.Write(block);
        }
    }

    using var stream = File.OpenRead(file);
    var digest = Digest.FromHash("sha256", SHA256.HashData(stream));
    var descriptor = new Descriptor(MediaTypes.OciLayer + "+gzip", digest, new FileInfo(file).Length);
    return new Layer(
        new Blob(descriptor, _ => Task.FromResult<Stream>(File.OpenRead(file))),
        Digest.FromHash("sha256", diffId.GetHashAndReset()),
        "bench"
    );
}
