using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Containerize.TestKit.Keyless;

/// <summary>What a certificate may have that is unlike those of Fulcio.</summary>
/// <param name="OldIssuer">What the older extension says; null for the issuer.</param>
/// <param name="Purpose">What it is for; null for software.</param>
/// <param name="Second">A second identity, a mail address; null for none.</param>
/// <param name="HasName">Whether it names an identity.</param>
/// <param name="IsLogged">Whether it has the proof of the log.</param>
public sealed record MockLeaf(
    string? OldIssuer = null,
    string? Purpose = null,
    string? Second = null,
    bool HasName = true,
    bool IsLogged = true
);

/// <summary>An authority for identities with a root, an authority below it and a log of certificates, as Fulcio
/// is.</summary>
public sealed class MockAuthority
{
    private const string TimestampList = "1.3.6.1.4.1.11129.2.4.2",
        OldIssuer = "1.3.6.1.4.1.57264.1.1",
        NewIssuer = "1.3.6.1.4.1.57264.1.8";

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _logKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public MockAuthority(DateTimeOffset now)
    {
        var (start, end) = (now.AddYears(-1), now.AddYears(1));
        var root = Request("CN=root, O=mock", _rootKey, HashAlgorithmName.SHA384, isAuthority: true);
        Root = root.CreateSelfSigned(start, end);
        var below = Request("CN=identities, O=mock", _key, HashAlgorithmName.SHA384, isAuthority: true);
        below.CertificateExtensions.Add(Purpose("1.3.6.1.5.5.7.3.3"));
        below.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        Certificate = below.Create(Root, start, end, Serial());
    }

    /// <summary>The certificate of the root.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The certificate that issues.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The public key of the log of certificates.</summary>
    public byte[] LogKey => _logKey.ExportSubjectPublicKeyInfo();

    /// <summary>Issues a certificate for ten minutes, with the proof that the log has it.</summary>
    /// <param name="key">The public key, in DER.</param>
    /// <param name="identity">A URI, or a mail address.</param>
    /// <param name="issuer">The issuer of the identity.</param>
    /// <param name="now">When it begins.</param>
    /// <param name="shape">What is unlike those of Fulcio; null for nothing.</param>
    public X509Certificate2 Issue(
        byte[] key,
        string identity,
        string issuer,
        DateTimeOffset now,
        MockLeaf? shape = null
    )
    {
        shape ??= new MockLeaf();
        using var theirs = ECDsa.Create();
        theirs.ImportSubjectPublicKeyInfo(key, out _);
        var request = Request("", theirs, HashAlgorithmName.SHA256, isAuthority: false);
        request.CertificateExtensions.Add(Purpose(shape.Purpose ?? "1.3.6.1.5.5.7.3.3"));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false)
        );
        var names = new SubjectAlternativeNameBuilder();
        if (identity.Contains("://", StringComparison.Ordinal))
            names.AddUri(new Uri(identity));
        else
            names.AddEmailAddress(identity);
        if (shape.Second is { } second)
            names.AddEmailAddress(second);
        if (shape.HasName)
            request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(
            new X509Extension(OldIssuer, Encoding.UTF8.GetBytes(shape.OldIssuer ?? issuer), false)
        );
        var text = new AsnWriter(AsnEncodingRules.DER);
        text.WriteCharacterString(UniversalTagNumber.UTF8String, issuer);
        request.CertificateExtensions.Add(new X509Extension(NewIssuer, text.Encode(), false));
        var serial = Serial();
        var before = Create();
        if (!shape.IsLogged)
            return before;
        request.CertificateExtensions.Add(new X509Extension(TimestampList, TimestampsOf(before, now), false));
        return Create();

        X509Certificate2 Create() =>
            request.Create(
                Certificate.SubjectName,
                X509SignatureGenerator.CreateForECDsa(_key),
                now,
                now.AddMinutes(10),
                serial
            );
    }

    // RFC 6962, 3.2: the log signs the certificate as it is without the proof.
    private byte[] TimestampsOf(X509Certificate2 before, DateTimeOffset now)
    {
        var body = new AsnReader(before.RawData, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();
        var time = BitConverter.GetBytes(now.ToUnixTimeMilliseconds()).Reverse().ToArray();
        byte[] message =
        [
            0,
            0,
            .. time,
            0,
            1,
            .. SHA256.HashData(_key.ExportSubjectPublicKeyInfo()),
            .. Length(body.Length, 3),
            .. body,
            0,
            0,
        ];
        var signature = _logKey.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        byte[] timestamp =
        [
            0,
            .. SHA256.HashData(LogKey),
            .. time,
            0,
            0,
            4,
            3,
            .. Length(signature.Length, 2),
            .. signature,
        ];
        byte[] one = [.. Length(timestamp.Length, 2), .. timestamp];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString([.. Length(one.Length, 2), .. one]);
        return writer.Encode();
    }

    internal static CertificateRequest Request(string name, ECDsa key, HashAlgorithmName hash, bool isAuthority)
    {
        var request = new CertificateRequest(new X500DistinguishedName(name), key, hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(
                isAuthority
                    ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign
                    : X509KeyUsageFlags.DigitalSignature,
                true
            )
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    internal static X509EnhancedKeyUsageExtension Purpose(string oid, bool critical = false) =>
        new([new Oid(oid)], critical);

    internal static byte[] Serial() => [1, .. RandomNumberGenerator.GetBytes(15)];

    private static byte[] Length(int length, int bytes) =>
        [.. Enumerable.Range(0, bytes).Reverse().Select(place => (byte)(length >> (8 * place)))];
}
