using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles.StepCaching;

/// <summary>What a cache keeps of the layers of steps, and what becomes of a build when somebody harms it.</summary>
public sealed class StepLayersTests : IDisposable
{
    private const string Dockerfile = "FROM scratch AS x\nCOPY a /\nFROM scratch\nCOPY --from=x /a /b\nCOPY c /\n";

    private static readonly string[] Listing = ["f 644 0:0 /b text", "f 644 0:0 /c 1"];

    private readonly TestBuild _build = new TestBuild().With("a", "text").With("c", "1");

    public void Dispose() => _build.Dispose();

    public static TheoryData<string, string> Harms()
    {
        var harms = new TheoryData<string, string>();
        foreach (var form in new[] { "tars", "compressed", "listings" })
        {
            foreach (var harm in new[] { "flip", "cut", "remove" })
                harms.Add(form, harm);
        }

        return harms;
    }

    [Fact]
    public async Task Only_layers_of_the_image_are_compressed()
    {
        var image = await RunAsync();
        var compressed = image.Image.Layers.Select(layer => layer.Blob.Descriptor.Digest);
        var tars = image.Steps.Select(step => step.Layer).OfType<Layer>().Select(layer => layer.DiffId);
        Assert.Equal(
            compressed.Concat(tars).Select(digest => digest.Hex).Order(StringComparer.Ordinal),
            Directory
                .GetFiles(Path.Combine(_build.Cache.Path, "blobs/sha256"))
                .Select(file => Path.GetFileName(file)!)
                .Order(StringComparer.Ordinal)
        );
        Assert.All(image.Image.Layers, layer => Assert.Equal(LayerCompression.Gzip, layer.Compression));
        Assert.Equal(
            image.Image.Layers.Select(layer => layer.Blob.Descriptor.Digest),
            image
                .Steps.Where(step => step.Step.Stage == "1")
                .Select(step => step.Layer)
                .OfType<Layer>()
                .Select(layer => layer.Blob.Descriptor.Digest)
        );
    }

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task What_is_damaged_is_made_again(string form, string harm)
    {
        var first = await RunAsync();
        Harm(first, form, harm);
        // Another name, so that what the first stage holds has to be looked up and read.
        var dockerfile = Dockerfile.Replace("/a /b", "/a /d", StringComparison.Ordinal);
        var again = await RunAsync(dockerfile);
        Assert.Equal(["f 644 0:0 /c 1", "f 644 0:0 /d text"], await TestBuild.ListAsync(again.Image));
        Assert.Equal((await RunAsync(dockerfile, anew: true)).Image.Digest, again.Image.Digest);
        // Nothing of the harm is left for the next one.
        Assert.Equal(Listing, await TestBuild.ListAsync((await RunAsync()).Image));
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    [InlineData("remove")]
    public async Task What_stands_on_an_image_reads_its_compressed_layers_where_the_tars_are_damaged(string harm)
    {
        Harm(await RunAsync(), "tars", harm);
        var upon = await RunAsync(Dockerfile + "FROM scratch\nCOPY --from=1 /b /e\n");
        Assert.Equal(
            [StepOutcome.Cached, StepOutcome.Cached, StepOutcome.Ran],
            upon.Steps.Skip(3).Where(step => step.Outcome != StepOutcome.Config).Select(step => step.Outcome)
        );
        Assert.Equal(["f 644 0:0 /e text"], await TestBuild.ListAsync(upon.Image));
    }

    [Fact]
    public async Task A_layer_that_is_damaged_in_both_forms_is_removed_and_told()
    {
        var first = await RunAsync();
        Harm(first, "tars", "flip");
        Harm(first, "compressed", "flip");
        var cached = await RunAsync();
        Assert.Equal(StepOutcome.Cached, cached.Steps[^1].Outcome);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => TestBuild.ListAsync(cached.Image));
        Assert.Equal(DiagnosticTable.CachedLayerDamaged, exception.Diagnostic);
        await Assert.ThrowsAsync<ContainerizeException>(() =>
            cached.Image.Layers[1].Blob.OpenAsync(TestContext.Current.CancellationToken)
        );
        var again = await RunAsync();
        Assert.Equal((StepOutcome.Ran, first.Image.Digest), (again.Steps[^1].Outcome, again.Image.Digest));
    }

    [Fact]
    public async Task A_build_that_meets_a_damaged_layer_does_its_step_again()
    {
        var first = await RunAsync();
        Harm(first, "tars", "flip");
        var result = await RunAsync(Dockerfile.Replace("/a /b", "/a /d", StringComparison.Ordinal));
        Assert.Equal((StepOutcome.Ran, StepOutcome.Ran), (result.Steps[1].Outcome, result.Steps[3].Outcome));
        Assert.Equal(["f 644 0:0 /c 1", "f 644 0:0 /d text"], await TestBuild.ListAsync(result.Image));
    }

    [Theory]
    [InlineData(LayerCompression.None)]
    [InlineData(LayerCompression.Zstd)]
    public async Task Other_compressions_have_their_own_layers_of_the_same_tars(LayerCompression compression)
    {
        var first = await RunAsync();
        var other = (
            await (Options() with { Encoding = new(compression, null) }).RunAsync(TestContext.Current.CancellationToken)
        ).Images[0];
        Assert.DoesNotContain(other.Steps, step => step.Outcome == StepOutcome.Ran);
        Assert.Equal(first.Image.Config.DiffIds, other.Image.Config.DiffIds);
        Assert.All(other.Image.Layers, layer => Assert.Equal(compression, layer.Compression));
        Assert.Equal(await TestBuild.ListAsync(first.Image), await TestBuild.ListAsync(other.Image));
    }

    private DockerfileBuild Options() => _build.Options(Dockerfile) with { Cache = _build.Cache };

    private async Task<DockerfileImage> RunAsync(string dockerfile = Dockerfile, bool anew = false) =>
        (
            await (
                Options() with
                {
                    DockerfileText = dockerfile,
                    IgnoresCache = anew,
                    Cache = anew ? null : _build.Cache,
                }
            ).RunAsync(TestContext.Current.CancellationToken)
        ).Images[0];

    private void Harm(DockerfileImage image, string form, string harm)
    {
        var files = form switch
        {
            "tars" => image
                .Steps.Select(step => step.Layer)
                .OfType<Layer>()
                .Select(layer => _build.Cache.BlobPath(layer.DiffId))
                .Distinct()
                .ToArray(),
            "compressed" =>
            [
                .. image.Image.Layers.Select(layer => _build.Cache.BlobPath(layer.Blob.Descriptor.Digest)),
            ],
            _ => Directory.GetFiles(Path.Combine(_build.Cache.Path, "listings")),
        };
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            // Of a listing it is the length of the first name, of a tar or a gzip member something in the header.
            bytes[8] ^= 1;
            File.Delete(file);
            if (harm == "flip")
                File.WriteAllBytes(file, bytes);
            else if (harm == "cut")
                File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
        }
    }
}
