using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Notation;

/// <summary>A certificate as a value (RFC 5280, 4.1).</summary>
internal sealed class Certificate
{
    private Certificate(byte[] bytes, X509Certificate2 read)
    {
        Bytes = [.. bytes];
        Thumbprint = Convert.ToHexStringLower(SHA256.HashData(bytes));
        (Subject, Issuer) = ([.. read.SubjectName.RawData], [.. read.IssuerName.RawData]);
        // Others wrote it.
        Name = SingleLineText.Of(read.Subject);
        SubjectName = read.SubjectName;
        (NotBefore, NotAfter) = (read.NotBefore.ToUniversalTime(), read.NotAfter.ToUniversalTime());
        KeyInfo = [.. read.PublicKey.ExportSubjectPublicKeyInfo()];
        Extensions = [.. read.Extensions];
    }

    /// <summary>The certificate in DER.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>The SHA-256 of it in lower-case hexadecimal digits.</summary>
    public string Thumbprint { get; }

    /// <summary>Whom it is for, in DER.</summary>
    public ImmutableArray<byte> Subject { get; }

    /// <summary>Who signed it, in DER.</summary>
    public ImmutableArray<byte> Issuer { get; }

    /// <summary>Whom it is for, in one line for messages.</summary>
    public string Name { get; }

    /// <summary>Whom it is for.</summary>
    public X500DistinguishedName SubjectName { get; }

    /// <summary>The first second that it is valid in.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The last second that it is valid in.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Its extensions.</summary>
    public ImmutableArray<X509Extension> Extensions { get; }

    /// <summary>The public key as SubjectPublicKeyInfo in DER.</summary>
    public ImmutableArray<byte> KeyInfo { get; }

    /// <summary>Reads a certificate.</summary>
    /// <param name="bytes">The certificate in DER.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static Certificate Parse(byte[] bytes, string where)
    {
        try
        {
            using var read = X509CertificateLoader.LoadCertificate(bytes);
            // The reader takes PEM as well, and what stands behind a certificate.
            return read.RawDataMemory.Span.SequenceEqual(bytes)
                ? new(bytes, read)
                : throw OciJson.Invalid(where, "a certificate in it is not in DER");
        }
        catch (Exception exception)
            when (exception is CryptographicException or AsnContentException or ArgumentException)
        {
            throw OciJson.Invalid(where, "a certificate in it cannot be read", exception);
        }
    }

    /// <summary>The public key.</summary>
    /// <exception cref="ContainerizeException">CTZ0363 for one that is not used here.</exception>
    public VerificationKey Key() => VerificationKey.OfInfo(KeyInfo.AsSpan(), $"the certificate of {Name}");

    /// <summary>Whether it is that of an authority (RFC 5280, 4.2.1.9).</summary>
    public bool IsAuthority
    {
        get
        {
            try
            {
                return Extension<X509BasicConstraintsExtension>() is { CertificateAuthority: true };
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether it is valid at a time.</summary>
    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time <= NotAfter;

    /// <summary>Its first extension of a kind; null for none.</summary>
    public T? Extension<T>()
        where T : X509Extension => Extensions.OfType<T>().FirstOrDefault();
}
