using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Stores.Registries.Client;

/// <summary>A manifest, an index or a config as a registry sent it.</summary>
/// <param name="Bytes">The exact bytes.</param>
/// <param name="MediaType">What the registry says it is, without parameters; empty when it says nothing.</param>
/// <param name="ClaimedDigest">What the registry says its digest is; null when it says nothing.</param>
internal sealed record RegistryDocument(byte[] Bytes, string MediaType, string? ClaimedDigest)
{
    /// <summary>The media types of manifests and indexes that are read (the <c>Accept</c> header).</summary>
    public static readonly ImmutableArray<string> Accepted =
    [
        MediaTypes.OciIndex,
        MediaTypes.OciManifest,
        MediaTypes.DockerIndex,
        MediaTypes.DockerManifest,
    ];

    public static RegistryDocument Read(byte[] bytes, HttpResponseMessage response) =>
        new(bytes, response.Content.Headers.ContentType?.MediaType ?? "", Digest(response))
        {
            Date = response.Headers.Date,
        };

    /// <summary>When the registry answered, by its clock (RFC 9110, "Date"); null where it does not say it.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The value of <c>Docker-Content-Digest</c>, or null.</summary>
    public static string? Digest(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out var values)
            ? values.FirstOrDefault()
            : null;

    /// <summary>
    /// The media type of a manifest: the registry's, or where that says nothing in particular, the document's own
    /// (image-spec, manifest.md: the two are to agree; the readers of both check it).
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0024 for the manifests of Docker's first schema, and for what is
    /// none.</exception>
    public string ManifestType(string where)
    {
        if (MediaTypes.IsManifest(MediaType) || MediaTypes.IsIndex(MediaType))
            return MediaType;
        var written = OciJson.Text(OciJson.Parse(Bytes, where)["mediaType"]);
        return
            MediaType is "" or "application/json" or "text/plain" or "application/octet-stream" && written is not null
            ? written
            : throw OciJson.Invalid(
                where,
                $"it came as '{SingleLineText.Of(MediaType)}', which is no manifest that we know; images of "
                    + "before 2017 must be pushed again"
            );
    }

    /// <summary>Fails unless the bytes are those that were asked for, and those that the registry says they
    /// are.</summary>
    /// <exception cref="ContainerizeException">CTZ0022 or CTZ0023.</exception>
    public void Verify(Digest? wanted, long? size, string where)
    {
        if (size is { } length && length != Bytes.Length)
            throw new ContainerizeException(
                DiagnosticTable.SizeMismatch,
                $"{where} should be {length} bytes long and is {Bytes.Length}. It is damaged or was tampered "
                    + "with: try again, or another registry."
            );
        foreach (var text in new[] { wanted?.ToString(), ClaimedDigest }.OfType<string>())
        {
            if (!Images.Digest.TryParse(text, out var digest) || Of(digest) != digest)
                throw new ContainerizeException(
                    DiagnosticTable.DigestMismatch,
                    $"{where} should have the digest {SingleLineText.Of(text)} and has "
                        + $"{Images.Digest.Of(Bytes)}. It is damaged or was tampered with: try again, or another "
                        + "registry."
                );
        }
    }

    private Digest Of(Digest like)
    {
        using var hash = like.CreateHash();
        hash.AppendData(Bytes);
        return Images.Digest.FromHash(like.Algorithm, hash.GetHashAndReset());
    }
}
