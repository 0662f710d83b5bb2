using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Servers;

namespace Containerize.Registries.Tests;

/// <summary>Documents beside an image in Debian's docker-registry, which lists no referrers: the tag has all of
/// them.</summary>
public sealed class AttachTests : RealRegistryTest
{
    [Fact]
    public async Task Of_fifty_documents_that_are_attached_at_once_none_is_lost()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("attach"));
        await PushAsync(registry.Address, SomeImage);
        var subject = SomeImage.Manifest.Descriptor;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(AttachAsync));
        using var client = new RegistryClient(Options);
        var referrers = new Referrers(registry.Address, App, client);
        var found = await referrers.FindAsync(subject.Digest, Cancelled);
        var texts = new List<string>();
        foreach (var referrer in found)
            texts.Add(Encoding.UTF8.GetString(await referrers.ReadAsync(referrer, subject.Digest, 100, Cancelled)));
        Assert.Equal(
            Enumerable.Range(0, 50).Select(number => $"document {number:00}"),
            texts.Order(StringComparer.Ordinal)
        );

        async Task AttachAsync(int number)
        {
            // All write the same empty blob, whose link this registry empties meanwhile: they wait for each other.
            using var own = new RegistryClient(Options with { RetryDelay = TimeSpan.FromMilliseconds(300) });
            var document = new ImageDocument(
                ".spdx.json",
                ImageDocument.Spdx,
                [.. Encoding.UTF8.GetBytes($"document {number:00}")]
            );
            await new Attaching(registry.Address, App, own).AttachAsync(
                subject,
                new ImageDocuments(subject.Digest, [document]),
                AttestationMode.Always,
                Cancelled
            );
        }
    }
}
