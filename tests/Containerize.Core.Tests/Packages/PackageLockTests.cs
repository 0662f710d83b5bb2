using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Packages.Resolving;

namespace Containerize.Core.Tests.Packages;

public sealed class PackageLockTests
{
    [Fact]
    public async Task A_locked_build_uses_exactly_what_is_locked_and_needs_no_index()
    {
        using var repository = new TestRepository()
            .With(new TestDeb("a", "1", "Depends: b\n").File("./a", "a"), new TestDeb("b", "1").File("./b", "b"))
            .Publish();
        var path = Path.Combine(repository.Work, PackageLock.FileName);
        var settings = repository.Settings("a") with { LockPath = path };
        using (var written = await repository.InstallAsync(settings with { UpdatesLock = true }))
            Assert.Equal(["+ a 1", "+ b 1"], written.LockChanges.Where(line => line[0] == '+'));

        repository.With(new TestDeb("b", "2").File("./b", "new")).Publish();
        Directory.Delete(Path.Combine(repository.Root, "dists"), recursive: true);
        using var locked = await repository.InstallAsync(settings);
        Assert.Equal(["a 1 amd64", "b 1 amd64"], locked.Packages.Select(package => package.ToString()));
    }

    [Fact]
    public async Task What_changed_is_told()
    {
        using var repository = new TestRepository()
            .With(new TestDeb("a", "1").File("./a", "a"), new TestDeb("c", "1").File("./c", "c"))
            .Publish();
        var settings = repository.Settings("a", "c") with
        {
            LockPath = Path.Combine(repository.Work, PackageLock.FileName),
            UpdatesLock = true,
        };
        (await repository.InstallAsync(settings)).Dispose();
        var before = await File.ReadAllTextAsync(settings.LockPath, TestContext.Current.CancellationToken);
        using (var same = await repository.InstallAsync(settings))
            Assert.Empty(same.LockChanges);
        Assert.Equal(before, await File.ReadAllTextAsync(settings.LockPath, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(repository.Root, before, StringComparison.Ordinal);

        repository.With(new TestDeb("a", "2").File("./a", "a")).Publish();
        using var changed = await repository.InstallAsync(settings with { Requests = ["a"] });
        Assert.Equal(["~ a 1 -> 2", "- c 1"], changed.LockChanges);
    }

    [Fact]
    public async Task A_locked_package_that_is_gone_is_an_error_with_its_name()
    {
        var deb = new TestDeb("a", "1").File("./a", "a");
        using var repository = new TestRepository().With(deb).Publish();
        var settings = repository.Settings("a") with { LockPath = Path.Combine(repository.Work, PackageLock.FileName) };
        (await repository.InstallAsync(settings with { UpdatesLock = true })).Dispose();
        File.Delete(repository.PathOf(deb));
        (await repository.InstallAsync(settings with { IsOffline = true })).Dispose();
        Directory.Delete(repository.Cache, recursive: true);
        Assert.Contains(
            "a 1 amd64",
            (await Fails(DiagnosticTable.LockedPackageGone, settings)).Message,
            StringComparison.Ordinal
        );
        await Fails(DiagnosticTable.PackageOffline, settings with { IsOffline = true });

        async Task<ContainerizeException> Fails(Diagnostic diagnostic, PackageSettings changed)
        {
            var failure = await Assert.ThrowsAsync<ContainerizeException>(() => repository.InstallAsync(changed));
            Assert.Same(diagnostic, failure.Diagnostic);
            return failure;
        }
    }

    [Fact]
    public async Task Without_packages_the_base_image_is_pinned_by_its_name()
    {
        using var repository = new TestRepository();
        var settings = repository.Settings() with
        {
            BaseName = "base:1",
            LockPath = Path.Combine(repository.Work, PackageLock.FileName),
        };
        var (before, after) = (
            TestBase.Debian("stable"),
            TestBase.Debian("stable", "Package: x\nVersion: 1\nArchitecture: amd64\n")
        );
        using var http = new HttpClient();
        Assert.Equal(
            [$"~ base base:1 none -> {before.Digest}"],
            await ChangesAsync(settings with { UpdatesLock = true }, before)
        );
        Assert.Equal(before.Digest, settings.PinnedBase(before.Config.Platform));
        Assert.Empty(await ChangesAsync(settings, before));
        Assert.Same(
            DiagnosticTable.LockFileStale,
            (await Assert.ThrowsAsync<ContainerizeException>(() => ChangesAsync(settings, after))).Diagnostic
        );
        Assert.Null((settings with { BaseName = "base:2" }).PinnedBase(before.Config.Platform));
        Assert.Same(
            DiagnosticTable.LockFileStale,
            (
                await Assert.ThrowsAsync<ContainerizeException>(() =>
                    ChangesAsync(settings with { BaseName = "base:2" }, before)
                )
            ).Diagnostic
        );
        Assert.Null((settings with { UpdatesLock = true }).PinnedBase(before.Config.Platform));
        Assert.Equal(
            [$"~ base base:1 {before.Digest} -> {after.Digest}"],
            await ChangesAsync(settings with { UpdatesLock = true }, after)
        );

        async Task<IEnumerable<string>> ChangesAsync(PackageSettings changed, Image image)
        {
            using var installation = await new PackageInstaller(changed, http).InstallAsync(
                "test",
                image,
                image.Config.Platform,
                TestContext.Current.CancellationToken
            );
            Assert.Empty(installation.Packages);
            return installation.LockChanges;
        }
    }

    [Fact]
    public async Task Platforms_that_are_locked_at_one_time_do_not_lose_each_other()
    {
        using var repository = new TestRepository();
        var settings = repository.Settings() with
        {
            LockPath = Path.Combine(repository.Work, PackageLock.FileName),
            UpdatesLock = true,
        };
        var image = TestBase.Debian("stable");
        using var http = new HttpClient();
        var cancellation = TestContext.Current.CancellationToken;
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => new Platform("linux", $"cpu{i}"))
                .Select(platform =>
                    Task.Run(
                        () => new PackageInstaller(settings, http).InstallAsync("test", image, platform, cancellation),
                        cancellation
                    )
                )
        );
        var text = await File.ReadAllTextAsync(settings.LockPath, cancellation);
        Assert.Equal(20, PackageLock.Parse(text, "test").Platforms.Count);
    }

    [Fact]
    public async Task A_lock_for_something_else_is_refused()
    {
        using var repository = new TestRepository()
            .With(new TestDeb("a", "1").File("./a", "a"), new TestDeb("b", "1").File("./b", "b"))
            .Publish();
        var settings = repository.Settings("a") with { LockPath = Path.Combine(repository.Work, PackageLock.FileName) };
        (await repository.InstallAsync(settings with { UpdatesLock = true })).Dispose();
        foreach (
            var (changed, image) in new[]
            {
                (settings with { Requests = ["a", "b"] }, TestBase.Debian("stable")),
                (settings with { Closure = PackageClosure.Full }, TestBase.Debian("stable")),
                (settings, TestBase.Debian("stable", "Package: x\nVersion: 1\nArchitecture: amd64\n")),
            }
        )
        {
            var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
                repository.InstallAsync(changed, image)
            );
            Assert.Same(DiagnosticTable.LockFileStale, failure.Diagnostic);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"version\": 2, \"platforms\": {}}")]
    [InlineData("{\"version\": 1}")]
    [InlineData("{\"version\": 1, \"platforms\": {\"linux/amd64\": {\"base\": \"x\"}}}")]
    public void What_is_no_lock_file_is_refused(string text) =>
        Assert.Same(
            DiagnosticTable.LockFileInvalid,
            Assert.Throws<ContainerizeException>(() => PackageLock.Parse(text, "x")).Diagnostic
        );
}
