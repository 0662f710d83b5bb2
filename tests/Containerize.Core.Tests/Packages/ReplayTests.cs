using Containerize.Diagnostics;
using Containerize.Packages.Sources;

namespace Containerize.Core.Tests.Packages;

/// <summary>
/// Old releases, releases from the future and answers that are no release, as apt 2.6 takes them: <c>apt-get update</c>
/// says "Hit" to an older release and stays with the newer one, and keeps its lists when a portal answers in place of
/// the mirror.
/// </summary>
public sealed class ReplayTests
{
    private const string Monday = "Date: Mon, 25 May 2026 12:00:00 UTC\n";
    private const string Tuesday = "Date: Tue, 26 May 2026 12:00:00 UTC\n";

    private static TestDeb Hello(string version) =>
        new TestDeb("hello", version).Folder("./usr/").File("./usr/hello", version);

    [Fact]
    public async Task A_release_older_than_the_known_one_is_not_taken()
    {
        using var repository = new TestRepository { ReleaseFields = Monday }
            .With(Hello("1"))
            .Publish();
        var old = await File.ReadAllBytesAsync(repository.InReleasePath, TestContext.Current.CancellationToken);
        Assert.Equal(["1"], await VersionsAsync(repository));

        repository.ReleaseFields = Tuesday;
        repository.With(Hello("2")).Publish();
        Assert.Equal(["2", "1"], await VersionsAsync(repository));

        await File.WriteAllBytesAsync(repository.InReleasePath, old, TestContext.Current.CancellationToken);
        Assert.Equal(["2", "1"], await VersionsAsync(repository));
        Assert.Equal(["2", "1"], await VersionsAsync(repository));
    }

    [Fact]
    public async Task Of_two_releases_of_one_time_the_one_that_is_served_counts()
    {
        using var repository = new TestRepository { ReleaseFields = Monday }
            .With(Hello("1"))
            .Publish();
        await VersionsAsync(repository);
        repository.With(Hello("2")).Publish();
        Assert.Equal(["2", "1"], await VersionsAsync(repository));
    }

    [Theory]
    [InlineData("<!DOCTYPE html><title>Log in</title>", "a web page")]
    [InlineData("Suite: stable\n", "no signature")]
    [InlineData("", "no signature")]
    public async Task An_answer_that_is_no_release_leaves_the_known_one(string answer, string why)
    {
        using var repository = new TestRepository { ReleaseFields = Monday }
            .With(Hello("1"))
            .Publish();
        await VersionsAsync(repository);
        await File.WriteAllTextAsync(repository.InReleasePath, answer, TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => VersionsAsync(repository));
        Assert.Same(DiagnosticTable.ReleaseUntrusted, exception.Diagnostic);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await VersionsAsync(repository, offline: true));
        Assert.Single(Directory.GetFiles(Path.Combine(repository.Cache, "releases")));
    }

    [Fact]
    public async Task A_release_of_another_key_leaves_the_known_one()
    {
        using var repository = new TestRepository { ReleaseFields = Monday }
            .With(Hello("1"))
            .Publish();
        await VersionsAsync(repository);
        repository.Key = TestKey.Stranger;
        repository.ReleaseFields = Tuesday;
        repository.Publish();
        await Assert.ThrowsAsync<ContainerizeException>(() => VersionsAsync(repository));
        Assert.Equal(["1"], await VersionsAsync(repository, offline: true));
    }

    [Fact]
    public async Task A_known_release_that_is_damaged_does_not_stand_in_the_way()
    {
        using var repository = new TestRepository { ReleaseFields = Tuesday }
            .With(Hello("1"))
            .Publish();
        await VersionsAsync(repository);
        var kept = Directory.GetFiles(Path.Combine(repository.Cache, "releases")).Single();
        await File.WriteAllTextAsync(kept, "nothing", TestContext.Current.CancellationToken);
        repository.ReleaseFields = Monday;
        repository.With(Hello("2")).Publish();
        Assert.Equal(["2", "1"], await VersionsAsync(repository));
    }

    // apt: Acquire::Max-FutureTime is 10 seconds.
    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public async Task A_release_from_the_future_is_refused_and_not_kept(int seconds, bool taken)
    {
        var date = TestRepository
            .Now.AddSeconds(seconds)
            .ToString("r", System.Globalization.CultureInfo.InvariantCulture);
        using var repository = new TestRepository { ReleaseFields = $"Date: {date}\n" }
            .With(Hello("1"))
            .Publish();
        if (taken)
        {
            Assert.Equal(["1"], await VersionsAsync(repository));
            return;
        }

        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => VersionsAsync(repository));
        Assert.Same(DiagnosticTable.ReleaseFromFuture, exception.Diagnostic);
        Assert.Empty(Directory.GetFiles(Path.Combine(repository.Cache, "releases")));
        Assert.Equal(["1"], await VersionsAsync(repository, source: repository.Source with { ChecksDate = false }));
    }

    private static async Task<IEnumerable<string>> VersionsAsync(
        TestRepository repository,
        bool offline = false,
        AptSource? source = null
    ) =>
        (await repository.ReadAsync(source: source, offline: offline))
            .VersionsOf("hello")
            .Select(package => package.Record.Version.Text);
}
