using Containerize.Attestations;
using Containerize.Images;
using Containerize.Projects;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Projects;

/// <summary>A publish that is made for nothing but the code that it runs through.</summary>
public sealed class RehearsalTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-rehearsal-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Folder => Path.Combine(_root, "rehearsal");

    [Fact]
    public void It_comes_to_its_end_and_leaves_nothing()
    {
        using var rehearsal = new Rehearsal(Options);
        rehearsal.Wait();
        Assert.Null(rehearsal.Failure);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public void What_a_killed_one_has_left_goes_with_the_next()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "layout"));
        File.WriteAllText(Path.Combine(Folder, "layout", "index.json"), "{");
        using var rehearsal = new Rehearsal(Options);
        rehearsal.Wait();
        Assert.Null(rehearsal.Failure);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public async Task It_asks_what_the_tags_mean_that_the_run_will_ask_for_and_nothing_else()
    {
        await using var registry = await TestRegistry.StartAsync();
        var name = ImageReference.Parse($"{registry.Authority}/shop:v1");
        using var rehearsal = new Rehearsal(() =>
            Options() with
            {
                Registries = new RegistryOptions { InsecureRegistries = [registry.Authority] },
                Names = [new NamedDigest(name, Digest.Of([]), ThroughMirrors: false)],
            }
        );
        rehearsal.Wait();
        Assert.Null(rehearsal.Failure);
        Assert.Equal(["GET /v2/", "HEAD /v2/shop/manifests/v1"], registry.SeenLines.Distinct());
    }

    [Fact]
    public void It_has_no_word_about_what_it_cannot_do()
    {
        File.WriteAllText(Folder, "a file where the folder would be");
        using var blocked = new Rehearsal(Options);
        blocked.Wait();
        Assert.NotNull(blocked.Failure);
        Assert.True(File.Exists(Folder));

        using var unread = new Rehearsal(() => throw new InvalidOperationException("unreadable"));
        unread.Wait();
        Assert.NotNull(unread.Failure);
    }

    [Fact]
    public void The_run_ends_it_and_it_leaves_nothing()
    {
        using var begun = new ManualResetEventSlim();
        using var may = new ManualResetEventSlim();
        using var rehearsal = new Rehearsal(() =>
        {
            begun.Set();
            may.Wait();
            return Options();
        });
        begun.Wait(TestContext.Current.CancellationToken);
        rehearsal.End();
        may.Set();
        rehearsal.Wait();
        Assert.IsType<OperationCanceledException>(rehearsal.Failure, exactMatch: false);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    private RehearsalOptions Options() =>
        new(
            Path.Combine(_root, "shop.csproj"),
            Folder,
            "linux-x64",
            new RegistryOptions(),
            new PublishFacts("shop") { Repository = "shop" }
        );
}
