using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>A certificate for a key that lives as long as this run (fulcio, <c>signingCert</c>).</summary>
/// <param name="Key">The private key.</param>
/// <param name="Leaf">The certificate.</param>
/// <param name="Authority">Who issued it.</param>
internal sealed record IssuedCertificate(ECDsa Key, FulcioCertificate Leaf, TrustedAuthority Authority)
{
    // Fulcio sends three.
    private const int MostCertificates = 16;

    /// <summary>Makes a key, and asks for a certificate of it.</summary>
    /// <exception cref="ContainerizeException">CTZ0458, CTZ0030 to CTZ0036.</exception>
    public static async Task<IssuedCertificate> RequestAsync(
        Uri fulcio,
        IdentityToken token,
        ServiceClient services,
        CancellationToken cancellationToken
    )
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // That the key is ours.
        var proof = key.SignData(
            System.Text.Encoding.UTF8.GetBytes(token.Subject),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        var request = new JsonObject
        {
            ["credentials"] = new JsonObject { ["oidcIdentityToken"] = token.Text },
            ["publicKeyRequest"] = new JsonObject
            {
                ["publicKey"] = new JsonObject
                {
                    ["algorithm"] = "ECDSA",
                    ["content"] = key.ExportSubjectPublicKeyInfoPem(),
                },
                ["proofOfPossession"] = Convert.ToBase64String(proof),
            },
        };
        var url = new Uri($"{fulcio.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v2/signingCert");
        var answer = await services
            .SendAsync(
                new ServiceRequest(HttpMethod.Post, url)
                {
                    Body = OciJson.ToBytes(request),
                    Secret = token.Text,
                    IsAnswer = status => status is HttpStatusCode.Created or HttpStatusCode.OK,
                    Refused = NotIssued,
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var where = $"The answer of {url.Authority}";
        try
        {
            return Read(answer.Bytes, key, where);
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic == DiagnosticTable.InvalidManifest
                || exception.Diagnostic == DiagnosticTable.PublicKeyUnreadable
            )
        {
            throw NotIssued(exception.Message.TrimEnd('.'), exception);
        }
    }

    private static IssuedCertificate Read(byte[] bytes, ECDsa key, string where)
    {
        var json = OciJson.Parse(bytes, where);
        // Without the proof in it that it is logged, no verifier takes a certificate.
        var chain = OciJson.Object(OciJson.Object(json["signedCertificateEmbeddedSct"], where)["chain"], where);
        var texts = OciJson.List(chain["certificates"]);
        if (texts.Length > MostCertificates || texts.Any(text => text.Length > LogEntryBody.LongestPem))
            throw OciJson.Invalid(
                where,
                $"it has more than {MostCertificates} certificates, or one of more than {LogEntryBody.LongestPem} bytes"
            );
        var blocks = texts.SelectMany(PemBlock.All).Where(block => block.Label == "CERTIFICATE").ToArray();
        if (blocks.Length < 2)
            throw OciJson.Invalid(where, "it has no certificate with that of its authority");
        var leaf = FulcioCertificate.Parse(blocks[0].Bytes, where);
        if (!leaf.Key(where).Info.AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            throw OciJson.Invalid(where, "its certificate is for another key");
        var authority = new X509Certificate2Collection();
        foreach (var block in blocks[1..])
            authority.Add(TrustedAuthority.Certificate(block.Bytes, where));
        return new(key, leaf, new TrustedAuthority(authority, new Period(null, null)));
    }

    private static ContainerizeException NotIssued(string why) => NotIssued(why, null);

    private static ContainerizeException NotIssued(string why, Exception? inner) =>
        new(
            DiagnosticTable.CertificateNotIssued,
            $"No certificate was issued for the identity of this run: {why.TrimEnd('.')}. The token has to be fresh, "
                + "and the authority has to know its issuer: see ContainerFulcioUrl, or --fulcio-url.",
            inner
        );
}
