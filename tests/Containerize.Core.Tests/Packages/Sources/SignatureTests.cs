using System.Text;
using Containerize.Diagnostics;
using Containerize.Packages.Sources;
using Org.BouncyCastle.Bcpg;

namespace Containerize.Core.Tests.Packages.Sources;

/// <summary>Which keys may sign a release, and what a signature covers.</summary>
public sealed class SignatureTests
{
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
}
