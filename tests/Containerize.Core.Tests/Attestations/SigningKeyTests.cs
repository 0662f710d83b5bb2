using System.Security.Cryptography;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Keys in all their forms; what they sign is checked by another implementation than the one that
/// signs.</summary>
public sealed class SigningKeyTests
{
    // RFC 6979, A.2.5: SHA-256, message "sample".
    private const string R = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716";
    private const string S = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static byte[] Expected => EcSignature.ToDer(Convert.FromHexString(R + S));

    [Fact]
    public async Task The_signature_is_that_of_the_example_in_RFC_6979() =>
        Assert.Equal(Expected, await TestKeys.Key.SignAsync("sample"u8.ToArray(), Cancelled));

    [Fact]
    public async Task A_key_that_cosign_encrypted_is_the_same_key() =>
        Assert.Equal(
            Expected,
            await Open(TestKeys.Encrypted, TestKeys.Password).SignAsync("sample"u8.ToArray(), Cancelled)
        );

    [Fact]
    public async Task Every_kind_and_form_of_key_signs_the_same_bytes_twice()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        using var rsa = RSA.Create(2048);
        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        string[] forms =
        [
            p384.ExportPkcs8PrivateKeyPem(),
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + p384.ExportECPrivateKeyPem(),
            p521.ExportPkcs8PrivateKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem(),
            rsa.ExportRSAPrivateKeyPem(),
            p384.ExportEncryptedPkcs8PrivateKeyPem(TestKeys.Password, encryption),
            rsa.ExportEncryptedPkcs8PrivateKeyPem(TestKeys.Password, encryption),
        ];
        foreach (var form in forms)
        {
            var key = Open(form, TestKeys.Password);
            var signature = await key.SignAsync("sample"u8.ToArray(), Cancelled);
            Assert.Equal(signature, await key.SignAsync("sample"u8.ToArray(), Cancelled));
            Assert.True(key.PublicKey.Verifies("sample"u8, signature));
            Assert.False(key.PublicKey.Verifies("simple"u8, signature));
        }
    }

    [Theory]
    [InlineData(TestKeys.Encrypted, null, "the variable COSIGN_PASSWORD is not set")]
    [InlineData(TestKeys.Encrypted, "incorrect horse", "the password in COSIGN_PASSWORD does not fit")]
    [InlineData(TestKeys.Public, null, "'PUBLIC KEY', which signs nothing")]
    [InlineData("no key", null, "no PEM block")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", null, "neither ECDSA nor RSA")]
    [InlineData("-----BEGIN SECRET-----\nAAAA\n-----END SECRET-----", null, "'SECRET', which is no key that is known")]
    [InlineData(
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n"
            + "-----END EC PRIVATE KEY-----",
        TestKeys.Password,
        "convert it with 'openssl pkcs8 -topk8"
    )]
    public void What_is_no_key_is_refused_without_a_word_of_it(string pem, string? password, string why)
    {
        var exception = Assert.Throws<ContainerizeException>(() => Open(pem, password));
        Assert.Equal(DiagnosticTable.SigningKeyUnreadable, exception.Diagnostic);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weak_key_and_a_foreign_curve_are_refused()
    {
        using var rsa = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        Assert.Contains("too weak", Refused(rsa.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
        Assert.Contains("its curve is not", Refused(curve.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
        Assert.Throws<ContainerizeException>(() => VerificationKey.OfInfo(rsa.ExportSubjectPublicKeyInfo(), "a test"));
        Assert.Throws<ContainerizeException>(() =>
            VerificationKey.OfInfo(curve.ExportSubjectPublicKeyInfo(), "a test")
        );
    }

    [Fact]
    public void A_key_that_spells_out_its_curve_is_refused_like_a_foreign_one()
    {
        using var named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var spelled = ECDsa.Create(named.ExportExplicitParameters(true));
        Assert.Contains("its curve is not", Refused(spelled.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
        var info = spelled.ExportSubjectPublicKeyInfo();
        Assert.NotEqual(named.ExportSubjectPublicKeyInfo(), info);
        Assert.Throws<ContainerizeException>(() => VerificationKey.OfInfo(info, "a test"));
    }

    [Fact]
    public void A_key_instead_of_its_place_is_refused_without_a_word_of_it()
    {
        var exception = Assert.Throws<ContainerizeException>(() => TestKeys.Source().Open(TestKeys.Private, ""));
        Assert.Contains("'env://NAME'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MIGH", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ContainerizeException>(() => TestKeys.Source().OpenPublic(TestKeys.Private));
        Assert.Equal(DiagnosticTable.PublicKeyUnreadable, exception.Diagnostic);
        Assert.DoesNotContain("MIGH", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_in_the_property_of_the_key_is_refused_without_a_word_of_it()
    {
        var source = TestKeys.Source(("KEY", TestKeys.Private), ("PUBLIC", TestKeys.Public));
        var exception = Assert.Throws<ContainerizeException>(() =>
            source.OpenOfProject("exec:sign hunter2", "", "env://PUBLIC")
        );
        Assert.Equal(DiagnosticTable.SigningKeyUnreadable, exception.Diagnostic);
        Assert.Contains("into ContainerSigningCommand", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ContainerizeException>(() => source.OpenOfProject("env://KEY", "sign", "env://PUBLIC"));
        Assert.NotNull(source.OpenOfProject("env://KEY", "", ""));
        Assert.NotNull(source.OpenOfProject("", "sign", "env://PUBLIC"));
        Assert.Null(source.OpenOfProject("", "", ""));
    }

    [Fact]
    public void Memory_beyond_all_bounds_is_refused_though_its_product_overflows()
    {
        var json =
            """{"kdf":{"name":"scrypt","params":{"N":1073741824,"r":134217728,"p":1},"salt":"AAAA"},"cipher":"""
            + """{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""";
        var pem = PemEncoding.WriteString("ENCRYPTED SIGSTORE PRIVATE KEY", System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(
            DiagnosticTable.SigningKeyUnreadable,
            Assert.Throws<ContainerizeException>(() => Open(pem, TestKeys.Password)).Diagnostic
        );
    }

    [Fact]
    public async Task A_key_is_read_from_a_file_and_from_a_variable()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["cosign.key"], TestKeys.Encrypted, Cancelled);
        var source = TestKeys.Source(("COSIGN_PASSWORD", TestKeys.Password), ("KEY", TestKeys.Private)) with
        {
            Folder = folder[""],
        };
        Assert.Equal(TestKeys.Key.PublicKey.Hint, source.Open("cosign.key", "").PublicKey.Hint);
        Assert.Equal(TestKeys.Key.PublicKey.Hint, source.Open("env://KEY", "").PublicKey.Hint);
        Assert.Throws<ContainerizeException>(() => source.Open("env://OTHER", ""));
        Assert.Throws<ContainerizeException>(() => source.Open("other.key", ""));
        Assert.Equal(
            DiagnosticTable.PublicKeyUnreadable,
            Assert.Throws<ContainerizeException>(() => source.OpenPublic("cosign.key")).Diagnostic
        );
    }

    [Fact]
    public async Task A_command_reads_the_digest_and_answers_in_any_form()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the commands are of a Unix shell");
        var digest = Convert.ToHexStringLower(SHA256.HashData("sample"u8));
        // It answers only to the right digest.
        var check = $"test \"$(od -An -v -tx1 | tr -d ' \\n')$CONTAINERIZE_HASH\" = {digest}sha256 || exit 3; ";
        var octal = string.Concat(Expected.Select(each => "\\" + Convert.ToString(each, 8).PadLeft(3, '0')));
        var jws = Convert.ToBase64String(Convert.FromHexString(R + S)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var lines = Convert.ToBase64String(Expected, Base64FormattingOptions.InsertLineBreaks) + "\n";
        Assert.Contains("\r\n", lines, StringComparison.Ordinal);
        foreach (var answer in new[] { octal, Convert.ToBase64String(Expected) + "\\n", lines, jws })
            Assert.Equal(Expected, await Command($"{check}printf '{answer}'"));
    }

    [Theory]
    [InlineData("exit 7", "ended with 7")]
    [InlineData("true", "wrote nothing")]
    [InlineData("printf 'hunter2 is no signature'; true", "no signature by the public key")]
    [InlineData("echo hunter2 >&2; exit 1", "ended with 1")]
    [InlineData("head -c 100000 /dev/zero", "more than 64 KiB")]
    [InlineData("exec yes", "more than 64 KiB")]
    [InlineData("exec yes hunter2 >&2", "more than 1024 KiB")]
    public async Task A_command_that_fails_is_an_error_without_a_word_of_what_it_says(string command, string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the commands are of a Unix shell");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => Command(command));
        Assert.Equal(DiagnosticTable.SigningFailed, exception.Diagnostic);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_keys_in_a_file_none_is_taken()
    {
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var two = RSA.Create(2048);
        var (first, second) = (one.ExportECPrivateKeyPem(), two.ExportPkcs8PrivateKeyPem());
        Assert.Contains("several private keys", Refused($"{first}\n{second}"), StringComparison.Ordinal);
        var halves = $"{one.ExportSubjectPublicKeyInfoPem()}\n{two.ExportSubjectPublicKeyInfoPem()}";
        var refused = Assert.Throws<ContainerizeException>(() => VerificationKey.Parse(halves, "a test"));
        Assert.Equal(DiagnosticTable.PublicKeyUnreadable, refused.Diagnostic);
        Assert.Contains("several keys", refused.Message, StringComparison.Ordinal);
        // What belongs to the one key may stand beside it.
        Open($"{first}\n{one.ExportSubjectPublicKeyInfoPem()}", null);
    }

    [Fact]
    public void A_command_without_a_public_key_is_refused() =>
        Assert.EndsWith(
            "Set ContainerSigningPublicKey, or --public-key.",
            Assert.Throws<ContainerizeException>(() => TestKeys.Source().Open("exec:true", "")).Message,
            StringComparison.Ordinal
        );

    private static Task<byte[]> Command(string command) =>
        TestKeys
            .Source(("PUBLIC", TestKeys.Public), ("PATH", Environment.GetEnvironmentVariable("PATH")!))
            .Open("exec:" + command, "env://PUBLIC")
            .SignAsync("sample"u8.ToArray(), Cancelled);

    private static SigningKey Open(string pem, string? password) => PrivateKeyFile.Parse(pem, password, "a test");

    private static string Refused(string pem) => Assert.Throws<ContainerizeException>(() => Open(pem, null)).Message;

    [Fact]
    public void A_command_in_the_place_of_a_public_key_is_refused_and_not_repeated()
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            TestKeys.Source().OpenPublic("exec:sign --token s3cret")
        );
        Assert.Equal(DiagnosticTable.PublicKeyUnreadable, exception.Diagnostic);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }
}
