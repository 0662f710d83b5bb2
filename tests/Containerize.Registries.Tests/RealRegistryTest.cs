using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Registries.Tests;

/// <summary>What all tests with real registries share.</summary>
public abstract class RealRegistryTest : IDisposable
{
    protected const string App = "team/app";

    protected static readonly Image SomeImage = TestImages.Create("some", 300_000, 3, 2_500_000);

    protected static RegistryOptions Options { get; } = new() { RetryDelay = TimeSpan.FromMilliseconds(10) };

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected TestFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static async Task<PushReport> PushAsync(
        string registry,
        Image image,
        RegistryOptions? options = null,
        string repository = App,
        params string[] tags
    )
    {
        using var client = new RegistryClient(options ?? Options);
        return await new RegistrySink(registry, repository, tags is [] ? ["1.0"] : [.. tags], client).PushAsync(
            image,
            Cancelled
        );
    }

    /// <summary>Pulls an image with the bytes of all its layers.</summary>
    protected static async Task<Image> PullAsync(
        string registry,
        RegistryOptions? options = null,
        string repository = App
    )
    {
        using var client = new RegistryClient(options ?? Options);
        var image = await new RegistrySource(ImageReference.Parse($"{registry}/{repository}:1.0"), client).PullAsync(
            TestImages.Amd64,
            Cancelled
        );
        foreach (var layer in image.Layers)
            Assert.Equal(layer.Blob.Descriptor.Digest, Digest.Of(await TestImages.BytesAsync(layer.Blob)));
        return image;
    }

    /// <summary>Pushes an image, pulls it, and has skopeo copy it to a folder.</summary>
    protected async Task AssertGoesThroughAsync(
        string registry,
        RegistryOptions? options = null,
        params string[] skopeo
    )
    {
        await PushAsync(registry, SomeImage, options);
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry, options)).Digest);
        var folder = Folder.Create("skopeo");
        await Shell.RunAsync(
            "skopeo",
            [
                "copy",
                "--quiet",
                .. skopeo is [] ? ["--src-tls-verify=false"] : skopeo,
                $"docker://{registry}/{App}:1.0",
                $"dir:{folder}",
            ]
        );
        Assert.Equal(
            SomeImage.Manifest.Bytes.ToArray(),
            await File.ReadAllBytesAsync(Path.Combine(folder, "manifest.json"), Cancelled)
        );
        foreach (var layer in SomeImage.Manifest.Layers)
            Assert.Equal(layer.Size, new FileInfo(Path.Combine(folder, layer.Digest.Hex)).Length);
    }

    protected static async Task<ContainerizeException> AssertFailsAsync(
        Diagnostic diagnostic,
        Func<Task> action,
        params string[] words
    )
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(action);
        Assert.Equal(diagnostic.Code + ": " + exception.Message, exception.Diagnostic.Code + ": " + exception.Message);
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
        return exception;
    }
}
