using System.Globalization;
using System.Text;
using Containerize.Attestations.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Registries.Tests;

/// <summary>
/// Five processes attach ten documents each to one image, all at the same time: none is lost. Where a registry has
/// neither a list nor versions, a writer that stands still for longer than the others look may take some away (decision
/// 0280), which depends on the load of the machine; the next run brings them back.
/// </summary>
public sealed class AttachProcessTests : RealRegistryTest
{
    [Fact]
    public async Task In_a_registry_without_a_list_and_without_versions()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("attach"));
        await AttachAsync(registry.Address, runsAgain: true);
    }

    [Fact]
    public async Task In_a_registry_that_lists_referrers()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        await AttachAsync(registry.Authority);
        Assert.DoesNotContain(
            registry.Manifests.Keys,
            key => key.Reference.StartsWith("sha256-", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task In_a_registry_that_refuses_to_replace_another_version()
    {
        await using var registry = await TestRegistry.StartAsync(hasVersions: true);
        await AttachAsync(registry.Authority);
    }

    private static async Task AttachAsync(string registry, bool runsAgain = false)
    {
        await PushAsync(registry, SomeImage);
        var subject = SomeImage.Manifest.Descriptor;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(RunAsync));
        for (var process = 0; runsAgain && process < 5; process++)
            await RunAsync(process);
        using var client = new RegistryClient(Options);
        var referrers = new Referrers(registry, App, client);
        var texts = new List<string>();
        foreach (var referrer in await referrers.FindAsync(subject.Digest, Cancelled))
            texts.Add(Encoding.UTF8.GetString(await referrers.ReadAsync(referrer, subject.Digest, 100, Cancelled)));
        Assert.Equal(
            Enumerable.Range(0, 50).Select(number => $"document {number:00}"),
            texts.Order(StringComparer.Ordinal)
        );

        Task RunAsync(int process) =>
            Shell.RunAsync(
                "dotnet",
                Path.Combine(AppContext.BaseDirectory, "Containerize.Runner.dll"),
                "attach",
                $"{registry}/{App}@{subject.Digest}",
                subject.Size.ToString(CultureInfo.InvariantCulture),
                (process * 10).ToString(CultureInfo.InvariantCulture),
                "10"
            );
    }
}
