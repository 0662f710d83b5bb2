using System.Text;
using Containerize.Diagnostics;
using Containerize.Packages.Sources;
using Org.BouncyCastle.Bcpg;

namespace Containerize.Core.Tests.Packages.Sources;

/// <summary>From the signature to the last byte of a package, nothing that was changed is let in.</summary>
public sealed class TrustTests
{
    private static TestDeb Hello =>
        new TestDeb("hello", "1")
            .Folder("./usr/")
            .Folder("./usr/bin/")
            .File("./usr/bin/hello", "hi", (UnixFileMode)0b111_101_101);

    [Fact]
    public async Task What_is_signed_and_whole_is_read()
    {
        using var repository = new TestRepository().With(Hello).Publish();
        Assert.Equal("1", (await repository.ReadAsync()).VersionsOf("hello").Single().Record.Version.Text);
        using var installation = await repository.InstallAsync(repository.Settings("hello"));
        Assert.Equal(["hello"], installation.Packages.Select(package => package.Name));
    }

    [Fact]
    public async Task A_byte_changed_in_the_release_is_noticed()
    {
        using var repository = new TestRepository().With(Hello).Publish();
        Flip(repository.InReleasePath, "Suite: s");
        await Refused(repository, DiagnosticTable.ReleaseUntrusted);
    }

    [Fact]
    public async Task A_byte_changed_in_the_index_is_noticed()
    {
        using var repository = new TestRepository().With(Hello).Publish();
        var bytes = await File.ReadAllBytesAsync(repository.IndexPath, TestContext.Current.CancellationToken);
        bytes[^12] ^= 1;
        await File.WriteAllBytesAsync(repository.IndexPath, bytes, TestContext.Current.CancellationToken);
        await Refused(repository, DiagnosticTable.PackageTampered);
    }

    [Fact]
    public async Task An_index_that_decompresses_to_something_else_is_noticed()
    {
        using var repository = new TestRepository { MisstatesContent = true }
            .With(Hello)
            .Publish();
        await Refused(repository, DiagnosticTable.PackageTampered);
    }

    [Fact]
    public async Task A_byte_changed_in_a_package_is_noticed()
    {
        using var repository = new TestRepository().With(Hello).Publish();
        Flip(repository.PathOf(Hello), "data.tar");
        await Refused(repository, DiagnosticTable.PackageTampered);
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(repository.Cache, "sha256")),
            file => file.EndsWith(".partial", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_package_of_another_size_is_noticed(int difference)
    {
        using var repository = new TestRepository().With(Hello).Publish();
        var bytes = await File.ReadAllBytesAsync(repository.PathOf(Hello), TestContext.Current.CancellationToken);
        Array.Resize(ref bytes, bytes.Length + difference);
        await File.WriteAllBytesAsync(repository.PathOf(Hello), bytes, TestContext.Current.CancellationToken);
        await Refused(repository, DiagnosticTable.PackageTampered);
    }

    [Fact]
    public async Task A_package_in_the_place_of_another_of_the_same_size_is_noticed()
    {
        var (good, evil) = (Hello, new TestDeb("hello", "1") { Compression = "" });
        good = new TestDeb("hello", "1") { Compression = "" }.File("./a", "good");
        evil.File("./a", "evil");
        using var repository = new TestRepository().With(good).Publish();
        Assert.Equal(good.ToBytes().Length, evil.ToBytes().Length);
        await File.WriteAllBytesAsync(repository.PathOf(good), evil.ToBytes(), TestContext.Current.CancellationToken);
        await Refused(repository, DiagnosticTable.PackageTampered);
    }

    [Fact]
    public async Task A_file_of_the_cache_that_was_changed_is_fetched_again()
    {
        using var repository = new TestRepository().With(Hello).Publish();
        (await repository.InstallAsync(repository.Settings("hello"))).Dispose();
        foreach (var file in Directory.GetFiles(Path.Combine(repository.Cache, "sha256")))
            await File.WriteAllTextAsync(file, "evil", TestContext.Current.CancellationToken);
        (await repository.InstallAsync(repository.Settings("hello"))).Dispose();
    }

    [Fact]
    public async Task A_release_that_nobody_known_signed_is_refused()
    {
        using var stranger = new TestRepository { Key = TestKey.Stranger }
            .With(Hello)
            .Publish();
        await Refused(stranger, DiagnosticTable.ReleaseUntrusted);
        using var expired = new TestRepository { Key = TestKey.Expired }
            .With(Hello)
            .Publish();
        var source = expired.Source with { SignedBy = [TestKey.Expired.Armored] };
        Assert.Contains(
            "has expired",
            (await Refused(expired, DiagnosticTable.ReleaseUntrusted, source)).Message,
            StringComparison.Ordinal
        );
        using var unsigned = new TestRepository().With(Hello).Publish();
        File.Delete(unsigned.InReleasePath);
        await Refused(unsigned, DiagnosticTable.ReleaseUntrusted);
        await File.WriteAllTextAsync(unsigned.InReleasePath, "Suite: stable\n", TestContext.Current.CancellationToken);
        await Refused(unsigned, DiagnosticTable.ReleaseUntrusted);
    }

    [Fact]
    public async Task A_release_past_its_time_is_refused_unless_the_source_says_that_it_is_old()
    {
        using var repository = new TestRepository { ReleaseFields = "Valid-Until: Sun, 31 May 2026 23:59:59 UTC\n" }
            .With(Hello)
            .Publish();
        await Refused(repository, DiagnosticTable.ReleaseExpired);
        await repository.ReadAsync(source: repository.Source with { ChecksValidUntil = false });
        await repository.ReadAsync(now: TestRepository.Now.AddDays(-2));
    }

    [Fact]
    public async Task The_release_of_another_suite_is_refused()
    {
        using var repository = new TestRepository().With(Hello).Publish();
        Directory.Move(
            Path.Combine(repository.Root, "dists", "stable"),
            Path.Combine(repository.Root, "dists", "testing")
        );
        await Refused(repository, DiagnosticTable.ReleaseUntrusted, repository.Source with { Suite = "testing" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_primary_key_and_its_subkey_may_sign(bool withSubkey)
    {
        var message = Encoding.UTF8.GetBytes(TestKey.Trusted.ClearSign("- dash\nA: b  \nend\n", withSubkey));
        Assert.Equal(
            "- dash\nA: b  \nend\n",
            ReleaseSignature.Verify(message, Keyring.Read(TestKey.Trusted.Binary, "k"), TestRepository.Now, "x")
        );
        Assert.Equal(
            "- dash\nA: b  \nend\n",
            ReleaseSignature.Verify(
                message,
                Keyring.Read(Encoding.ASCII.GetBytes(TestKey.Stranger.Armored + TestKey.Trusted.Armored), "k"),
                TestRepository.Now,
                "x"
            )
        );
    }

    [Fact]
    public void A_subkey_that_somebody_else_put_below_a_trusted_key_may_not()
    {
        var message = Encoding.UTF8.GetBytes(TestKey.Stranger.ClearSign("A: b\n"));
        var exception = Assert.Throws<ContainerizeException>(() =>
            ReleaseSignature.Verify(
                message,
                Keyring.Read(TestKey.Trusted.WithSubkeyOf(TestKey.Stranger), "k"),
                TestRepository.Now,
                "x"
            )
        );
        Assert.Contains("is not bound to its primary key", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_is_damaged_in_the_cache_is_fetched_again()
    {
        using var repository = new TestRepository().With(Hello).Publish();
        (await repository.InstallAsync(repository.Settings("hello"))).Dispose();
        var kept = Directory
            .GetFiles(Path.Combine(repository.Cache, "sha256"))
            .Single(file => File.ReadAllBytes(file).AsSpan().StartsWith("!<arch>"u8));
        Flip(kept, "data.tar");
        (await repository.InstallAsync(repository.Settings("hello"))).Dispose();
        Assert.Equal(
            await File.ReadAllBytesAsync(repository.PathOf(Hello), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void A_signature_over_a_weak_hash_is_refused()
    {
        var message = Encoding.UTF8.GetBytes(TestKey.Trusted.ClearSign("A: b\n", hash: HashAlgorithmTag.Sha1));
        var exception = Assert.Throws<ContainerizeException>(() =>
            ReleaseSignature.Verify(message, Keyring.Read(TestKey.Trusted.Binary, "k"), TestRepository.Now, "x")
        );
        Assert.Same(DiagnosticTable.ReleaseUntrusted, exception.Diagnostic);
    }

    [Fact]
    public void What_stands_outside_of_the_signed_text_is_not_read()
    {
        var message = Encoding.UTF8.GetBytes(TestKey.Trusted.ClearSign("A: b\n") + "\nC: d\n");
        Assert.Equal(
            "A: b\n",
            ReleaseSignature.Verify(message, Keyring.Read(TestKey.Trusted.Binary, "k"), TestRepository.Now, "x")
        );
    }

    [Fact]
    public void Only_the_keys_with_the_fingerprints_named_are_trusted()
    {
        var both = Keyring.Of(
            [Keyring.Read(TestKey.Trusted.Binary, "a"), Keyring.Read(TestKey.Stranger.Binary, "b")],
            "both"
        );
        Assert.Equal(
            [TestKey.Trusted.Fingerprint],
            both.Only([TestKey.Trusted.Fingerprint.ToLowerInvariant() + "!"]).Fingerprints
        );
    }

    [Fact]
    public void What_is_no_keyring_is_refused() =>
        Assert.Same(
            DiagnosticTable.KeyringUnreadable,
            Assert.Throws<ContainerizeException>(() => Keyring.Read("nothing"u8.ToArray(), "k")).Diagnostic
        );

    private static void Flip(string path, string after)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(after)) + after.Length] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static async Task<ContainerizeException> Refused(
        TestRepository repository,
        Diagnostic diagnostic,
        AptSource? source = null
    )
    {
        var settings = repository.Settings("hello");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            repository.InstallAsync(source is null ? settings : settings with { Sources = [source] })
        );
        Assert.Same(diagnostic, exception.Diagnostic);
        Assert.Empty(Directory.GetFileSystemEntries(repository.Work));
        return exception;
    }
}
