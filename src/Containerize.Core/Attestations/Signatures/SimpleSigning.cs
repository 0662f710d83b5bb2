using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Signatures;

/// <summary>The older form of cosign's signatures, for verifiers that know no bundle: a payload and its
/// signature.</summary>
public static class SimpleSigning
{
    /// <summary>The media type of the payload.</summary>
    public const string MediaType = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>The annotation of the payload's descriptor that holds the signature in base64.</summary>
    public const string Signature = "dev.cosignproject.cosign/signature";

    private const string Type = "cosign container image signature";

    /// <summary>Writes what is signed.</summary>
    /// <param name="repository">The image's name with its registry and without a tag.</param>
    /// <param name="image">The digest of its manifest.</param>
    public static byte[] Payload(string repository, Digest image) =>
        OciJson.ToBytes(
            new JsonObject
            {
                ["critical"] = new JsonObject
                {
                    ["identity"] = new JsonObject { ["docker-reference"] = repository },
                    ["image"] = new JsonObject { ["docker-manifest-digest"] = image.ToString() },
                    ["type"] = Type,
                },
                ["optional"] = null,
            }
        );

    /// <summary>The digest that a payload is about.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static string ImageOf(ReadOnlySpan<byte> payload, string where)
    {
        var critical = OciJson.Object(OciJson.Parse(payload, where)["critical"], where);
        return OciJson.RequiredText(critical, "type", where) == Type
            ? OciJson.RequiredText(OciJson.Object(critical["image"], where), "docker-manifest-digest", where)
            : throw OciJson.Invalid(where, "'type' is not that of a signature of an image");
    }
}
