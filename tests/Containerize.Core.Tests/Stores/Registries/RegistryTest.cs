using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>What all tests of the registry client share.</summary>
public abstract class RegistryTest
{
    protected const string App = "team/app";

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Quick to try again, so that tests are.</summary>
    protected static RegistryOptions Options { get; } =
        new() { RetryDelay = TimeSpan.FromMilliseconds(1), StallLimit = TimeSpan.FromSeconds(10) };

    protected static async Task<PushReport> PushAsync(
        TestRegistry registry,
        Image image,
        RegistryOptions? options = null,
        params string[] tags
    )
    {
        using var client = new RegistryClient(options ?? Options);
        return await new RegistrySink(registry.Authority, App, tags is [] ? ["1.0"] : [.. tags], client).PushAsync(
            image,
            Cancelled
        );
    }

    protected static async Task<Image> PullAsync(
        TestRegistry registry,
        string reference = $"{App}:1.0",
        RegistryOptions? options = null
    )
    {
        using var client = new RegistryClient(options ?? Options);
        var image = await new RegistrySource(
            ImageReference.Parse($"{registry.Authority}/{reference}"),
            client
        ).PullAsync(TestImages.Amd64, Cancelled);
        // The bytes come later than the image; they need the client, too.
        foreach (var layer in image.Layers)
            Assert.Equal(layer.Blob.Descriptor.Digest, Digest.Of(await TestImages.BytesAsync(layer.Blob)));
        return image;
    }

    /// <summary>Answers nothing for as long as the client waits.</summary>
    protected static Task UntilHungUpAsync(HttpContext context) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Asserts that the registry holds the image, whole, under the tag.</summary>
    protected static void AssertHolds(TestRegistry registry, Image image, string tag = "1.0")
    {
        Assert.Equal(image.Manifest.Bytes.ToArray(), registry.Manifests[(App, tag)].Bytes);
        foreach (var descriptor in image.Manifest.Layers.Append(image.Manifest.Config))
            Assert.Equal(descriptor.Digest, Digest.Of(registry.Blobs[(App, descriptor.Digest.ToString())]));
    }

    /// <summary>Asserts that the task fails with the diagnostic, and that its message has all the words.</summary>
    protected static async Task<ContainerizeException> AssertFailsAsync(
        Diagnostic diagnostic,
        Func<Task> action,
        params string[] words
    )
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(action);
        Assert.Equal(diagnostic.Code + ": " + exception.Message, exception.Diagnostic.Code + ": " + exception.Message);
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', exception.Message);
        return exception;
    }
}
