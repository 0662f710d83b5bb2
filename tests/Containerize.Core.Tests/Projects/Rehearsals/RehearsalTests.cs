using Containerize.Attestations;
using Containerize.Projects.Rehearsals;

namespace Containerize.Core.Tests.Projects.Rehearsals;

/// <summary>A publish that is made for nothing but the code that it runs through.</summary>
public sealed class RehearsalTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-rehearsal-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Folder => Path.Combine(_root, "rehearsal");

    [Fact]
    public void It_comes_to_its_end_and_leaves_nothing()
    {
        using var rehearsal = new Rehearsal(Options, TimeProvider.System);
        rehearsal.Wait();
        Assert.Null(rehearsal.Failure);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public void What_a_killed_one_has_left_goes_with_the_next()
    {
        var left = Directory.CreateDirectory(Path.Combine(Folder, "left", "publish")).Parent!;
        left.LastWriteTimeUtc = DateTime.UtcNow.AddHours(-2);
        using var rehearsal = new Rehearsal(Options, TimeProvider.System);
        rehearsal.Wait();
        Assert.Null(rehearsal.Failure);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public void It_has_no_word_about_what_it_cannot_do()
    {
        File.WriteAllText(Folder, "a file where the folder would be");
        using var blocked = new Rehearsal(Options, TimeProvider.System);
        blocked.Wait();
        Assert.NotNull(blocked.Failure);
        Assert.True(File.Exists(Folder));
    }

    [Fact]
    public void One_beside_another_removes_only_its_own()
    {
        var other = Directory.CreateDirectory(Path.Combine(Folder, "other", "publish"));
        using var rehearsal = new Rehearsal(Options, TimeProvider.System);
        rehearsal.Wait();
        Assert.True(other.Exists);
        Assert.Equal([other.Parent!.FullName], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void The_run_and_the_build_end_it_and_it_leaves_nothing()
    {
        using var rehearsal = new Rehearsal(Options, TimeProvider.System);
        rehearsal.End();
        rehearsal.Dispose();
        Assert.False(Directory.Exists(Folder));
    }

    private RehearsalOptions Options =>
        new(Path.Combine(_root, "shop.csproj"), Folder, "linux-x64", new PublishFacts("shop") { Repository = "shop" });
}
