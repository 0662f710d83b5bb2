using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Http;

namespace Containerize.Attestations.Keyless;

/// <summary>Signs with the identity of the pipeline: by a key that lives for one run, and a certificate that says whose
/// it is.</summary>
public sealed class KeylessSigner : StatementSigner
{
    // A certificate that ends sooner is not used for another signature.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(2);

    private readonly KeylessEndpoints _endpoints;
    private readonly IReadOnlyDictionary<string, string> _variables;
    private readonly ServiceClient _services;
    private IssuedCertificate? _issued;

    private KeylessSigner(
        KeylessEndpoints endpoints,
        IReadOnlyDictionary<string, string> variables,
        ServiceClient services
    ) => (_endpoints, _variables, _services) = (endpoints, variables, services);

    /// <inheritdoc/>
    public override bool IsDeterministic => false;

    /// <summary>Makes a signer. Nothing is asked for before something is signed.</summary>
    /// <param name="words">The services.</param>
    /// <param name="variables">The environment, which has the identity token.</param>
    /// <param name="services">Sends requests.</param>
    /// <exception cref="ContainerizeException">CTZ0462.</exception>
    internal static KeylessSigner Open(
        KeylessWords words,
        IReadOnlyDictionary<string, string> variables,
        ServiceClient services
    ) => new(KeylessEndpoints.Parse(words, services), variables, services);

    /// <summary>Demands that the environment has a token, or says where there is one.</summary>
    /// <exception cref="ContainerizeException">CTZ0457.</exception>
    public static void DemandToken(IReadOnlyDictionary<string, string> variables) => IdentityToken.Demand(variables);

    internal override async Task<byte[]> SignStatementAsync(byte[] statement, CancellationToken cancellationToken)
    {
        var issued = await IssuedAsync(cancellationToken).ConfigureAwait(false);
        var signature = issued.Key.SignData(
            Envelope.PreAuthentication(Envelope.StatementType, statement),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        var certificate = issued.Leaf.Certificate.RawData;
        var material = new JsonObject
        {
            ["certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate) },
            ["tlogEntries"] = new JsonArray(),
        };
        if (_endpoints.Log is not null)
            material["tlogEntries"] = new JsonArray(
                await new SignatureLog(_endpoints, _services)
                    .EnterAsync(statement, signature, certificate, cancellationToken)
                    .ConfigureAwait(false)
            );
        if (_endpoints.Clock is { } clock)
        {
            var stamp = await new SignatureClock(clock, _services)
                .StampAsync(signature, cancellationToken)
                .ConfigureAwait(false);
            material["timestampVerificationData"] = new JsonObject
            {
                ["rfc3161Timestamps"] = new JsonArray(
                    new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(stamp) }
                ),
            };
        }

        return SignatureBundle.Write(statement, signature, material);
    }

    // The identity is known once a certificate names it. The authority that has issued ours just now vouches for the
    // other one, too.
    internal override async Task<bool> HasMadeAsync(SignatureBundle bundle, CancellationToken cancellationToken)
    {
        const string Where = "The bundle";
        try
        {
            if (TrustedIdentity.CertificateOf(bundle.Material, Where) is not { } der)
                return false;
            var theirs = FulcioCertificate.Parse(der, Where);
            if (!bundle.IsBy(theirs.Key(Where)) || !HasProofs(bundle, theirs.Certificate, Where))
                return false;
            var ours = await IssuedAsync(cancellationToken).ConfigureAwait(false);
            using var issuer = ours.Authority.IssuerOf(
                theirs.Certificate,
                theirs.Certificate.NotBefore,
                TrustedAuthority.CodeSigning,
                out _
            );
            return issuer is not null && theirs.Identity == ours.Leaf.Identity && theirs.Issuer == ours.Leaf.Issuer;
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic == DiagnosticTable.InvalidManifest
                || exception.Diagnostic == DiagnosticTable.PublicKeyUnreadable
            )
        {
            return false;
        }
    }

    // What verifiers demand and needs no trusted root: entries and times are of this signature.
    private bool HasProofs(SignatureBundle bundle, X509Certificate2 certificate, string where)
    {
        var entries = TrustedIdentity.EntriesOf(bundle.Material, where).ToArray();
        var stamps = TrustedIdentity.TimestampsOf(bundle.Material, where).ToArray();
        return entries.Length >= (_endpoints.Log is null ? 0 : 1)
            && stamps.Length >= (_endpoints.Clock is null ? 0 : 1)
            && entries.Length <= TrustedIdentity.Most
            && stamps.Length <= TrustedIdentity.Most
            && entries.All(IsOfBundle)
            && stamps.All(IsInTime);

        bool IsOfBundle(JsonObject json)
        {
            var entry = LogEntry.Read(json, where);
            return LogEntryBody.Parse(entry.Body, entry.Kind, where).IsOf(bundle, certificate.RawData);
        }

        bool IsInTime(JsonObject json) =>
            SignedTime.Claimed(ProtoJson.Bytes(json["signedTimestamp"], "signedTimestamp", where), bundle.Signature)
                is { } time
            && new Period(certificate.NotBefore, certificate.NotAfter).Contains(time);
    }

    private async Task<IssuedCertificate> IssuedAsync(CancellationToken cancellationToken)
    {
        if (_issued is { } issued && _services.Time.GetUtcNow() < issued.Leaf.Certificate.NotAfter - Reserve)
            return issued;
        var token = await IdentityToken.GetAsync(_variables, _services, cancellationToken).ConfigureAwait(false);
        return _issued = await IssuedCertificate
            .RequestAsync(_endpoints.Authority, token, _services, cancellationToken)
            .ConfigureAwait(false);
    }
}
