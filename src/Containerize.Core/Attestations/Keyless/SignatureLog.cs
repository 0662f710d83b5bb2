using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>Enters signatures into a log: Rekor, in the first version of its interface or the second.</summary>
/// <param name="endpoints">Where it is.</param>
/// <param name="services">Sends requests.</param>
internal sealed class SignatureLog(KeylessEndpoints endpoints, ServiceClient services)
{
    private const string Where = "The answer of the log";

    private Uri Entries
    {
        get
        {
            var path = endpoints.Log!.GetLeftPart(UriPartial.Path).TrimEnd('/');
            return new Uri(endpoints.IsTileLog ? path + "/log/entries" : path + "/api/v1/log/entries");
        }
    }

    /// <summary>Enters a signature.</summary>
    /// <param name="statement">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="certificate">The certificate, in DER.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The entry as bundles have it.</returns>
    /// <exception cref="ContainerizeException">CTZ0459, CTZ0030 to CTZ0036.</exception>
    public async Task<JsonObject> EnterAsync(
        byte[] statement,
        byte[] signature,
        byte[] certificate,
        CancellationToken cancellationToken
    )
    {
        var body = endpoints.IsTileLog
            ? TileRequest(statement, signature, certificate)
            : Request(statement, signature, certificate);
        var answer = await SendAsync(HttpMethod.Post, Entries, OciJson.ToBytes(body), cancellationToken)
            .ConfigureAwait(false);
        // An attempt before this one came through, and its answer did not.
        if (answer.Status == HttpStatusCode.Conflict)
            answer = await SendAsync(HttpMethod.Get, LocationOf(answer), null, cancellationToken).ConfigureAwait(false);
        try
        {
            var json = OciJson.Parse(answer.Bytes, Where);
            var entry = endpoints.IsTileLog ? json : FromFirstVersion(json);
            var read = LogEntry.Read(entry, Where);
            var bundle = new SignatureBundle(Envelope.StatementType, statement, signature, []);
            return LogEntryBody.Parse(read.Body, read.Kind, Where).IsOf(bundle, certificate)
                ? entry
                : throw OciJson.Invalid(Where, "it is the entry of another signature");
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest)
        {
            throw NotLogged(exception.Message, exception);
        }
    }

    // rekor, pkg/types/dsse.
    private static JsonObject Request(byte[] statement, byte[] signature, byte[] certificate) =>
        new()
        {
            ["apiVersion"] = "0.0.1",
            ["kind"] = "dsse",
            ["spec"] = new JsonObject
            {
                ["proposedContent"] = new JsonObject
                {
                    ["envelope"] = Encoding.UTF8.GetString(OciJson.ToBytes(Envelope.ToJson(statement, signature))),
                    ["verifiers"] = new JsonArray(
                        Convert.ToBase64String(
                            Encoding.UTF8.GetBytes(PemEncoding.WriteString("CERTIFICATE", certificate))
                        )
                    ),
                },
            },
        };

    // rekor-tiles has no kind for envelopes: the hash of the bytes that are signed is entered.
    private static JsonObject TileRequest(byte[] statement, byte[] signature, byte[] certificate) =>
        new()
        {
            ["hashedRekordRequestV002"] = new JsonObject
            {
                ["digest"] = Convert.ToBase64String(
                    SHA256.HashData(Envelope.PreAuthentication(Envelope.StatementType, statement))
                ),
                ["signature"] = new JsonObject
                {
                    ["content"] = Convert.ToBase64String(signature),
                    ["verifier"] = new JsonObject
                    {
                        ["x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate) },
                        ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                    },
                },
            },
        };

    // The one entry of an object whose name is the entry's.
    private static JsonObject FromFirstVersion(JsonObject json)
    {
        var entry = OciJson.Object(json.FirstOrDefault().Value, Where);
        var body = OciJson.RequiredText(entry, "body", Where);
        var kind = OciJson.Parse(ProtoJson.Bytes(entry["body"], "body", Where), Where);
        var verification = OciJson.Object(entry["verification"], Where);
        var proof = OciJson.Object(verification["inclusionProof"], Where);
        return new JsonObject
        {
            ["logIndex"] = Number(entry["logIndex"]),
            ["logId"] = new JsonObject { ["keyId"] = FromHex(entry["logID"]) },
            ["kindVersion"] = new JsonObject
            {
                ["kind"] = OciJson.RequiredText(kind, "kind", Where),
                ["version"] = OciJson.RequiredText(kind, "apiVersion", Where),
            },
            ["integratedTime"] = Number(entry["integratedTime"]),
            ["inclusionPromise"] = new JsonObject
            {
                ["signedEntryTimestamp"] = OciJson.RequiredText(verification, "signedEntryTimestamp", Where),
            },
            ["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = Number(proof["logIndex"]),
                ["rootHash"] = FromHex(proof["rootHash"]),
                ["treeSize"] = Number(proof["treeSize"]),
                ["hashes"] = new JsonArray([
                    .. OciJson.List(proof["hashes"]).Select(hash => JsonValue.Create(FromHex(JsonValue.Create(hash)))),
                ]),
                ["checkpoint"] = new JsonObject { ["envelope"] = OciJson.RequiredText(proof, "checkpoint", Where) },
            },
            ["canonicalizedBody"] = body,
        };
    }

    private static string Number(JsonNode? node) =>
        ProtoJson.Number(node, "a number", Where).ToString(CultureInfo.InvariantCulture);

    private static string FromHex(JsonNode? node)
    {
        try
        {
            return Convert.ToBase64String(Convert.FromHexString(OciJson.Text(node) ?? ""));
        }
        catch (FormatException exception)
        {
            throw OciJson.Invalid(Where, "a text in it is no hexadecimal number", exception);
        }
    }

    // Only the name of the entry is taken, so that nothing leads elsewhere.
    private Uri LocationOf(ServiceAnswer answer)
    {
        var name = answer.Location?.Split('/')[^1] ?? "";
        return name.Length > 0 && name.All(char.IsAsciiHexDigit)
            ? new Uri($"{Entries}/{name}")
            : throw NotLogged("it has the signature already and does not say where", null);
    }

    private Task<ServiceAnswer> SendAsync(
        HttpMethod method,
        Uri url,
        byte[]? body,
        CancellationToken cancellationToken
    ) =>
        services.SendAsync(
            new ServiceRequest(method, url)
            {
                Body = body,
                IsAnswer = status =>
                    status is HttpStatusCode.Created or HttpStatusCode.OK
                    || (status == HttpStatusCode.Conflict && method == HttpMethod.Post),
                Refused = why => NotLogged(why, null),
            },
            cancellationToken
        );

    private ContainerizeException NotLogged(string why, Exception? inner) =>
        new(
            DiagnosticTable.NotLogged,
            $"The log at {endpoints.Log!.Authority} did not take the signature: {why.TrimEnd('.')}. Try again later, "
                + "or name another log with ContainerRekorUrl or --rekor-url, or 'none'.",
            inner
        );
}
