using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Notation;

/// <summary>
/// A signature of Notation: a JWS in flattened JSON (RFC 7515, 7.2.2) whose header and payload are those of
/// notaryproject/specifications, signature-envelope-jws.md.
/// </summary>
/// <param name="Algorithm">What the header says of the algorithm.</param>
/// <param name="SigningTime">When the signer says that it signed.</param>
/// <param name="Expiry">When the signature ends to count; null for never.</param>
/// <param name="Payload">What is signed about the image, not yet to be believed.</param>
/// <param name="Signed">The bytes that the signature is over.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Chain">The certificates.</param>
internal sealed partial record NotationEnvelope(
    string Algorithm,
    DateTimeOffset SigningTime,
    DateTimeOffset? Expiry,
    byte[] Payload,
    byte[] Signed,
    byte[] Signature,
    CertificateChain Chain
)
{
    /// <summary>The type of the artifact.</summary>
    public const string ArtifactType = "application/vnd.cncf.notary.signature";

    /// <summary>The media type of the envelope.</summary>
    public const string MediaType = "application/jose+json";

    /// <summary>The annotation with the digests of the certificates.</summary>
    public const string ThumbprintAnnotation = "io.cncf.notary.x509chain.thumbprint#S256";

    /// <summary>The longest envelope that is read, in bytes: certificates and a descriptor.</summary>
    public const int Longest = 4 << 20;

    private const string PayloadType = "application/vnd.cncf.notary.payload.v1+json",
        SchemeName = "io.cncf.notary.signingScheme",
        TimeName = "io.cncf.notary.signingTime",
        ExpiryName = "io.cncf.notary.expiry",
        Scheme = "notary.x509";

    /// <summary>The header that is signed.</summary>
    /// <param name="algorithm">How it is signed.</param>
    /// <param name="time">When.</param>
    public static byte[] Header(JwsAlgorithm algorithm, DateTimeOffset time) =>
        OciJson.ToBytes(
            new JsonObject
            {
                ["alg"] = algorithm.Name,
                ["cty"] = PayloadType,
                ["crit"] = new JsonArray(SchemeName),
                [SchemeName] = Scheme,
                [TimeName] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            }
        );

    /// <summary>What is signed about an image.</summary>
    public static byte[] PayloadOf(Descriptor image) =>
        OciJson.ToBytes(
            new JsonObject { ["targetArtifact"] = new Descriptor(image.MediaType, image.Digest, image.Size).ToJson() }
        );

    /// <summary>The bytes that a signature is over (RFC 7515, 5.1).</summary>
    public static byte[] Input(byte[] header, byte[] payload) =>
        Encoding.ASCII.GetBytes($"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}");

    /// <summary>Writes an envelope.</summary>
    public static byte[] Write(byte[] header, byte[] payload, byte[] signature, CertificateChain chain) =>
        OciJson.ToBytes(
            new JsonObject
            {
                ["payload"] = Base64Url.EncodeToString(payload),
                ["protected"] = Base64Url.EncodeToString(header),
                ["header"] = new JsonObject
                {
                    ["x5c"] = new JsonArray([
                        .. chain.Certificates.Select(each =>
                            JsonValue.Create(Convert.ToBase64String(each.Bytes.AsSpan()))
                        ),
                    ]),
                    ["io.cncf.notary.signingAgent"] = "containerize",
                },
                ["signature"] = Base64Url.EncodeToString(signature),
            }
        );

    /// <summary>Reads an envelope. Nothing in it counts before its signature does.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static NotationEnvelope Parse(ReadOnlySpan<byte> bytes, string where)
    {
        if (bytes.Length > Longest)
            throw OciJson.Invalid(where, $"it is {bytes.Length} bytes long and {Longest} is the most");
        var json = OciJson.Parse(bytes, where);
        var (header, payload) = (
            OciJson.RequiredText(json, "protected", where),
            OciJson.RequiredText(json, "payload", where)
        );
        var attributes = OciJson.Parse(Bytes(header, where), where);
        CheckHeader(attributes, where);
        var (time, expiry) = (Time(attributes, TimeName, where), Time(attributes, ExpiryName, where));
        if (time is null || expiry <= time)
            throw OciJson.Invalid(where, $"'{TimeName}' is missing or after '{ExpiryName}'");
        return new(
            OciJson.RequiredText(attributes, "alg", where),
            time.Value,
            expiry,
            Bytes(payload, where),
            Encoding.ASCII.GetBytes($"{header}.{payload}"),
            Bytes(OciJson.RequiredText(json, "signature", where), where),
            CertificateChain.Parse(Certificates(json["header"], where), where)
        );
    }

    /// <summary>The image that is signed.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public Descriptor Target(string where) => Descriptor.Read(OciJson.Parse(Payload, where)["targetArtifact"], where);

    private static void CheckHeader(JsonObject attributes, string where)
    {
        if (OciJson.Text(attributes["cty"]) != PayloadType)
            throw OciJson.Invalid(where, $"'cty' is not '{PayloadType}'");
        if (OciJson.Text(attributes[SchemeName]) != Scheme)
            throw OciJson.Invalid(where, $"'{SchemeName}' is not '{Scheme}', which is the one that is known");
        // A plugin that has to check it, for one: 'crit' need not name it.
        var unread = attributes.Select(attribute => attribute.Key).FirstOrDefault(IsUnread);
        if (unread is not null)
            throw OciJson.Invalid(where, $"'{SingleLineText.Of(unread)}' is not known");
        // A name that is not known may limit what the signature is good for (RFC 7515, 4.1.11).
        var critical = attributes["crit"] is JsonArray names ? [.. names.Select(OciJson.Text)] : Array.Empty<string?>();
        if (Array.Find(critical, name => name is not (SchemeName or ExpiryName)) is { } unknown)
            throw OciJson.Invalid(where, $"'crit' has '{SingleLineText.Of(unknown)}', which is not known");
        if (!critical.Contains(SchemeName) || critical.Contains(null))
            throw OciJson.Invalid(where, $"'crit' has not '{SchemeName}', or something that is no text");
        if (critical.Contains(ExpiryName) != attributes.ContainsKey(ExpiryName))
            throw OciJson.Invalid(where, $"'{ExpiryName}' has to be in 'crit' where it is there");
        if (attributes.ContainsKey("b64"))
            throw OciJson.Invalid(where, "'b64' is not allowed");
    }

    private static bool IsUnread(string name) =>
        name.StartsWith("io.cncf.notary.", StringComparison.OrdinalIgnoreCase)
        && name is not (SchemeName or TimeName or ExpiryName);

    // RFC 7515, 4.1.6: base64, not base64url.
    private static List<byte[]> Certificates(JsonNode? header, string where)
    {
        if (OciJson.Object(header, where)["x5c"] is not JsonArray chain)
            throw OciJson.Invalid(where, "'x5c' is missing");
        try
        {
            return
            [
                .. chain
                    .Take(CertificateChain.Most + 1)
                    .Select(each => Convert.FromBase64String(OciJson.Text(each) ?? "-")),
            ];
        }
        catch (FormatException exception)
        {
            throw OciJson.Invalid(where, "a certificate in it is no base64", exception);
        }
    }

    private static DateTimeOffset? Time(JsonObject attributes, string name, string where) =>
        attributes[name] is not { } node ? null
        : OciJson.Text(node) is { } text
        && TimePattern().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
        : throw OciJson.Invalid(where, $"'{name}' is no time such as 2026-01-31T12:00:00Z");

    // One text for one content: without padding and blanks (RFC 7515, 2).
    private static byte[] Bytes(string text, string where) =>
        UrlPattern().IsMatch(text) && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : throw OciJson.Invalid(where, "a text in it is no base64url");

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPattern();

    // RFC 3339, 5.6.
    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex TimePattern();
}
