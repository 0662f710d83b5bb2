using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Core.Tests.Stores;

/// <summary>Images of a few bytes, whose layers are as real as a store can tell.</summary>
internal static class TestImage
{
    public static readonly Platform Amd64 = new("linux", "amd64");
    public static readonly Platform Arm64 = new("linux", "arm64");

    public static Image Of(params string[] layers) => Of(Amd64, layers);

    public static Image Of(Platform platform, params string[] layers) =>
        layers.Aggregate(
            Image.Scratch(platform),
            (image, text) => image.With(Layer(text), DateTimeOffset.UnixEpoch, $"COPY {text}")
        );

    public static Layer Layer(string text, LayerCompression compression = LayerCompression.Gzip)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new Layer(
            Blob.FromBytes(MediaTypes.Layer(ImageFormat.Oci, compression), bytes),
            Digest.Of(Encoding.UTF8.GetBytes("diff of " + text)),
            text
        );
    }

    /// <summary>The image with one more layer, whose bytes are other than it says.</summary>
    public static Image WithBlob(this Image image, Func<CancellationToken, Task<Stream>> open)
    {
        var layer = Layer("promised");
        return image.With(
            layer with
            {
                Blob = layer.Blob with { OpenAsync = open },
            },
            DateTimeOffset.UnixEpoch,
            "COPY broken"
        );
    }

    public static ImageReference[] Names(params string[] names) => [.. names.Select(ImageReference.Parse)];

    public static async Task<byte[]> BytesAsync(this Blob blob)
    {
        await using var stream = await blob.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }

    public static async Task<string[]> LayerTextsAsync(this Image image)
    {
        var texts = new List<string>();
        foreach (var layer in image.Layers)
            texts.Add(Encoding.UTF8.GetString(await layer.Blob.BytesAsync()));
        return [.. texts];
    }

    public static Task<Image> PullAsync(this IImageSource source, Platform? platform = null) =>
        source.PullAsync(platform ?? Amd64, TestContext.Current.CancellationToken);

    public static Task<PushReport> PushAsync(this IImageSink sink, Image image) =>
        sink.PushAsync(image, TestContext.Current.CancellationToken);

    /// <summary>Asserts that it fails with the code, and returns the message.</summary>
    public static async Task<string> FailsAsync(Diagnostic expected, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(action);
        Assert.Equal(expected, exception.Diagnostic);
        return exception.Message;
    }
}
