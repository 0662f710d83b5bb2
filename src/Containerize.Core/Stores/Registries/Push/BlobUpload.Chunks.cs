using System.Globalization;

namespace Containerize.Stores.Registries.Push;

internal sealed partial class BlobUpload
{
    // Chunk by chunk, each to where the answer to the one before says (distribution-spec, "Pushing a blob in chunks").
    private async Task<HttpResponseMessage> ChunksAsync(
        Session session,
        BlobReader reader,
        CancellationToken cancellationToken
    )
    {
        var size = RegistryQuirks.ChunkSize(
            RegistryEndpoint.ApiHost(registry),
            client.Options.ChunkSize,
            session.LeastChunk
        );
        var location = session.Location!;
        for (var start = 0L; ; start += size)
        {
            var length = Math.Min(size, Descriptor.Size - start);
            // "bytes " and "/*", which .NET would write, are refused by ACR (sdk-container-builds#258).
            var range = string.Create(CultureInfo.InvariantCulture, $"{start}-{start + length - 1}");
            var response = await _connection
                .SendAsync(Upload(HttpMethod.Patch, location, reader, start, length, range), cancellationToken)
                .ConfigureAwait(false);
            if (!IsStored(response.StatusCode))
                return response;
            if (start + length >= Descriptor.Size)
                return await CloseAsync(response, cancellationToken).ConfigureAwait(false);
            // The answer's Range is not read: ECR's is stuck at the first chunk though all are stored
            // (containers-roadmap#2831).
            using (response)
                location = await _connection.LocationAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }
}
