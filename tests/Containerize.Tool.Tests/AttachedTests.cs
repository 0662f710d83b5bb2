using System.Collections.Immutable;
using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>What the commands do with an image to which very much is attached, and to which several attach.</summary>
public sealed class AttachedTests(ToolMachine machine)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    // The list alone is 2 MB.
    private const string HeapLimit = "0x8000000";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_ten_thousand_referrers_the_good_one_is_found_in_128_MiB_and_one_more_is_refused()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = TestImages.Create("many", 10);
        await registry.AddAsync("many", image, "v1");
        var good = await AttachAsync(registry, image.Manifest.Descriptor, "the good one");
        var wrong = await AttachAsync(registry, new(MediaTypes.OciManifest, Digest.Of("another"u8), 7), "of another");
        ImmutableArray<Descriptor> entries =
        [
            .. Enumerable.Range(0, 50).Select(number => Gone(number, ImageDocument.Spdx)),
            wrong,
            image.Manifest.Descriptor,
            good,
            .. Enumerable.Range(50, 9_947).Select(number => Gone(number, SigstoreBundle)),
        ];
        Write(entries);
        var name = $"{registry.Authority}/many:v1";
        var inspected = (await RunAsync("inspect", name)).Expect(0).Output;
        Assert.Contains("Attached (10000)", inspected, Ordinal);
        Assert.Contains("the good one", (await RunAsync("sbom", name)).Expect(0).Output, Ordinal);
        var key = (await SigningKeys.CreateAsync(machine.Folder.Create("many"), "k")).Public;
        Assert.Contains(
            "no more than 100 are read",
            (await RunAsync("verify", name, "--key", key)).Expect(1).Output,
            Ordinal
        );

        Write(entries.Add(Gone(10_000, ImageDocument.Spdx)));
        var refused = (await RunAsync("sbom", name)).Expect(1).Error;
        Assert.Contains("CTZ0304", refused, Ordinal);
        Assert.Contains("more than 10000 entries", refused, Ordinal);

        void Write(ImmutableArray<Descriptor> all) =>
            registry.AddManifest(
                "many",
                MediaTypes.OciIndex,
                ImageIndex.Create(ImageFormat.Oci, all).Bytes.ToArray(),
                Referrers.FallbackTag(image.Digest)
            );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_five_attestations_by_five_processes_at_once_none_is_lost(bool listsReferrers)
    {
        var folder = machine.Folder.Create("together");
        await using var listing = await TestRegistry.StartAsync(listsReferrers: true);
        var place = listsReferrers ? listing.Authority : (await machine.Registry).Address;
        var name = $"{place}/together/shop:v1";
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", name);
        var predicate = Path.Combine(folder, "scan.json");
        await File.WriteAllTextAsync(predicate, """{"result":"clean"}""", Cancelled);
        var key = (await SigningKeys.CreateAsync(folder, "k")).Private;
        var types = Enumerable.Range(1, 5).Select(number => $"https://example.com/{number}");
        await Task.WhenAll(types.Select(AttestAsync));
        // In a registry without versions one that stands still may take others away, and the next run brings them back.
        foreach (var type in listsReferrers ? [] : types)
            await AttestAsync(type);
        Assert.Contains("Attached (5)", await machine.OutputAsync("inspect", name), Ordinal);

        Task<string> AttestAsync(string type) =>
            machine.OutputAsync("attest", name, "--predicate", predicate, "--type", type, "--key", key);
    }

    private const string SigstoreBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var command = (await machine.Tool).Command(arguments);
        return await (
            command with
            {
                Environment = new Dictionary<string, string?>(command.Environment)
                {
                    ["DOTNET_GCHeapHardLimit"] = HeapLimit,
                },
            }
        ).RunAsync();
    }

    private static Descriptor Gone(int number, string type) =>
        new(MediaTypes.OciManifest, Digest.Of(BitConverter.GetBytes(number)), 4) { ArtifactType = type };

    private static async Task<Descriptor> AttachAsync(TestRegistry registry, Descriptor subject, string text)
    {
        using var client = new RegistryClient(new RegistryOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });
        await new Attaching(registry.Authority, "many", client).AttachAsync(
            subject,
            new ImageDocuments(
                subject.Digest,
                [new(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes(text)])]
            ),
            AttestationMode.Always,
            Cancelled
        );
        var referrers = new Referrers(registry.Authority, "many", client);
        return Assert.Single(await referrers.FindAsync(subject.Digest, Cancelled));
    }
}
