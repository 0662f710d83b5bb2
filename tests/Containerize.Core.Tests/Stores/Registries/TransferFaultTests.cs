using System.Collections.Concurrent;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>Blobs on their way that break off, or are not what they should be.</summary>
public sealed class TransferFaultTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    /// <summary>What takes longer hangs; no test that passes comes near it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_that_breaks_off_goes_on_where_it_was(bool knowsRange)
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.AddAsync(App, SomeImage, "1.0");
        var layer = SomeImage.Layers[0].Blob.Descriptor;
        registry.Script = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(layer.Digest.ToString(), StringComparison.Ordinal))
                return false;
            var from = context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;
            if (!knowsRange)
                context.Request.Headers.Remove("Range");
            if (from >= 60_000)
                return false;
            var bytes = registry.Blobs[(App, layer.Digest.ToString())][(knowsRange ? (int)from : 0)..];
            context.Response.StatusCode = knowsRange && from > 0 ? 206 : 200;
            if (context.Response.StatusCode == 206)
                context.Response.Headers.ContentRange = $"bytes {from}-99999/100000";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, knowsRange ? 20_000 : (int)from + 20_000));
            return true; // the server ends the connection after what was written: it is less than the length
        };
        await PullAsync(registry);
        Assert.Equal(
            4,
            registry.Seen.Count(seen => seen.Path.EndsWith(layer.Digest.ToString(), StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_blob_of_several_images_is_sent_once()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var client = new RegistryClient(Options);
        var shared = TestImages.Create("shared", 3_000_000);
        var images = Enumerable
            .Range(0, 5)
            .Select(i => shared.With(TestImages.Layer($"own {i}", 10), DateTimeOffset.UnixEpoch, "COPY"))
            .ToArray();
        await Task.WhenAll(
            images.Select(
                (image, i) => new RegistrySink(registry.Authority, App, [$"t{i}"], client).PushAsync(image, Cancelled)
            )
        );
        Assert.Single(
            registry.Seen,
            seen =>
                seen.Method == "PUT"
                && seen.Query.EndsWith(shared.Layers[0].DiffId.ToString(), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Only_so_many_blobs_are_sent_at_once()
    {
        var (now, most) = (0, new ConcurrentBag<int>());
        var three = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registry = await TestRegistry.StartAsync(async context =>
        {
            if (context.Request.Method is not ("POST" or "PUT"))
                return false;
            var together = Interlocked.Increment(ref now);
            most.Add(together);
            if (together == 3)
                three.TrySetResult();
            await three.Task.WaitAsync(Patience, Cancelled);
            await Task.Delay(10); // a fourth one, which must not come, has time to come
            Interlocked.Decrement(ref now);
            return false;
        });
        await PushAsync(
            registry,
            TestImages.Create("many", [.. Enumerable.Range(1, 30)]),
            Options with
            {
                ParallelUploads = 3,
            }
        );
        Assert.Equal(3, most.Max());
    }

    [Fact]
    public async Task What_is_wrong_with_the_source_is_not_blamed_on_the_registry()
    {
        await using var registry = await TestRegistry.StartAsync();
        var layer = TestImages.Layer("lost", 3_000_000);
        var failure = new ContainerizeException(DiagnosticTable.FileChanged, "The layer vanished.");
        var image = SomeImage.With(
            layer with
            {
                Blob = layer.Blob with { OpenAsync = _ => throw failure },
            },
            DateTimeOffset.UnixEpoch,
            "COPY"
        );
        Assert.Same(failure, await AssertFailsAsync(DiagnosticTable.FileChanged, () => PushAsync(registry, image)));
        Assert.Empty(registry.Manifests);
        Assert.Single(registry.Seen, seen => seen.Method == "PUT" && seen.Length == 3_000_000);
    }

    [Fact]
    public async Task A_source_with_other_bytes_than_it_says_uploads_nothing()
    {
        await using var registry = await TestRegistry.StartAsync();
        var layer = TestImages.Layer("wrong", 300_000);
        var descriptor = layer.Blob.Descriptor;
        var bytes = new byte[300_000];
        var image = SomeImage.With(
            layer with
            {
                Blob = layer.Blob with
                {
                    OpenAsync = _ =>
                        Task.FromResult<Stream>(new VerifyingStream(new MemoryStream(bytes), descriptor, "The cache")),
                },
            },
            DateTimeOffset.UnixEpoch,
            "COPY"
        );
        await AssertFailsAsync(DiagnosticTable.DigestMismatch, () => PushAsync(registry, image), "The cache");
        Assert.DoesNotContain((App, Digest.Of(bytes).ToString()), registry.Blobs.Keys);
        Assert.Empty(registry.Manifests);
    }
}
