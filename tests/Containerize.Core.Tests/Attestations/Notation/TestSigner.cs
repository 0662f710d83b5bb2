using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Signatures;
using Containerize.Images;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>A signer with a chain of three certificates, or what a test makes of it.</summary>
/// <param name="Key">The key that signs.</param>
/// <param name="Chain">Its certificates, in DER.</param>
internal sealed record TestSigner(SigningKey Key, ImmutableArray<byte[]> Chain)
{
    public const string Name = "CN=release, O=Acme, S=WA, C=US";

    /// <summary>The time of the tests: the certificates are valid for the year around it.</summary>
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Descriptor Subject = new(MediaTypes.OciManifest, Digest.Of("an image"u8), 1310);

    private static readonly Lazy<TestSigner> Shared = new(() => Create());

    /// <summary>A signer that nothing is wrong with.</summary>
    public static TestSigner Good => Shared.Value;

    public string Pem => string.Join('\n', Chain.Select(each => PemEncoding.WriteString("CERTIFICATE", each))) + "\n";

    public Certificate Root => Certificate.Parse(Chain[^1], "a test");

    /// <summary>Makes a signer.</summary>
    /// <param name="key">The key; null for one on P-256.</param>
    /// <param name="subject">Whom the certificate is for.</param>
    /// <param name="leaf">Changes the signer's certificate.</param>
    /// <param name="middle">Changes the certificate of the authority below the root.</param>
    /// <param name="root">Changes the root.</param>
    /// <param name="months">For how many months from the time of the tests the signer's certificate is valid.</param>
    public static TestSigner Create(
        AsymmetricAlgorithm? key = null,
        string subject = Name,
        Action<CertificateRequest>? leaf = null,
        Action<CertificateRequest>? middle = null,
        Action<CertificateRequest>? root = null,
        (int From, int To)? months = null
    )
    {
        using var made = key is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        key ??= made!;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = Authority("CN=root", rootKey, root);
        using var top = rootRequest.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
        using var between = Authority("CN=middle", middleKey, middle)
            .Create(
                top.SubjectName,
                X509SignatureGenerator.CreateForECDsa(rootKey),
                Now.AddMonths(-9),
                Now.AddMonths(9),
                [1]
            );
        var request = Request(subject, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(Purposes("1.3.6.1.5.5.7.3.3"));
        leaf?.Invoke(request);
        var (from, to) = months ?? (-6, 6);
        using var own = request.Create(
            between.SubjectName,
            X509SignatureGenerator.CreateForECDsa(middleKey),
            Now.AddMonths(from),
            Now.AddMonths(to),
            [2]
        );
        return new(KeyOf(key), [own.RawData, between.RawData, top.RawData]);
    }

    /// <summary>A certificate that signs itself and nothing else.</summary>
    public static TestSigner Alone(Action<CertificateRequest>? change = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(Name, key);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        change?.Invoke(request);
        using var own = request.CreateSelfSigned(Now.AddMonths(-1), Now.AddMonths(1));
        return new(KeyOf(key), [own.RawData]);
    }

    public static X509EnhancedKeyUsageExtension Purposes(params string[] purposes)
    {
        var all = new OidCollection();
        foreach (var purpose in purposes)
            all.Add(new Oid(purpose));
        return new(all, false);
    }

    /// <summary>Replaces the extension of the same kind.</summary>
    public static void Replace(CertificateRequest request, X509Extension extension)
    {
        Remove(request, extension.Oid!.Value!);
        request.CertificateExtensions.Add(extension);
    }

    public static void Remove(CertificateRequest request, string oid) =>
        request.CertificateExtensions.Remove(request.CertificateExtensions.First(each => each.Oid!.Value == oid));

    /// <summary>Signs an image.</summary>
    /// <param name="image">The image; null for that of the tests.</param>
    /// <param name="header">Changes the header before it is signed.</param>
    /// <param name="payload">Changes the payload before it is signed.</param>
    public async Task<byte[]> SignAsync(
        Descriptor? image = null,
        Action<JsonObject>? header = null,
        Action<JsonObject>? payload = null
    )
    {
        var algorithm = JwsAlgorithm.Of(Key.PublicKey)!;
        var signed = Changed(NotationEnvelope.Header(algorithm, Now.AddDays(-1)), header);
        var content = Changed(NotationEnvelope.PayloadOf(image ?? Subject), payload);
        var signature = await algorithm.SignAsync(
            Key,
            NotationEnvelope.Input(signed, content),
            TestContext.Current.CancellationToken
        );
        return NotationEnvelope.Write(signed, content, signature, CertificateChain.Parse(Chain, "a test"));
    }

    public static byte[] Changed(byte[] bytes, Action<JsonObject>? change)
    {
        var json = (JsonObject)JsonNode.Parse(bytes)!;
        change?.Invoke(json);
        return OciJson.ToBytes(json);
    }

    /// <summary>Changes JSON inside of base64url.</summary>
    public static void ChangeInside(JsonObject json, string name, Action<JsonObject> change) =>
        json[name] = Base64Url.EncodeToString(Changed(Base64Url.DecodeFromChars((string)json[name]!), change));

    private static CertificateRequest Authority(string name, ECDsa key, Action<CertificateRequest>? change)
    {
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true)
        );
        change?.Invoke(request);
        return request;
    }

    private static CertificateRequest Request(string name, AsymmetricAlgorithm key) =>
        key is RSA rsa
            ? new(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new(name, (ECDsa)key, HashAlgorithmName.SHA256);

    private static SigningKey KeyOf(AsymmetricAlgorithm key) =>
        PrivateKeyFile.Parse(key.ExportPkcs8PrivateKeyPem(), null, "a test");
}
