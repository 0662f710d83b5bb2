using System.Globalization;
using System.Net;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Registries.Client;

namespace Containerize.Stores.Registries.Push;

/// <summary>
/// The way of one blob into one repository (distribution-spec, "Pushing blobs"): there already, mounted from a
/// neighbour, or sent; sent in one piece, as a stream, or in chunks, whichever the registry takes first. A failure that
/// may pass starts it from the beginning.
/// </summary>
internal sealed partial class BlobUpload(
    RegistryClient client,
    string registry,
    string repository,
    Blob blob,
    string name
)
{
    private readonly Work _work = new(WorkKind.Sending, name, blob.Descriptor.Size);
    private readonly RegistryConnection _connection = client.Connection(registry);
    private readonly RegistryAccess _access = new(repository, Push: true);
    private UploadMethod _method = client.Options.ForceChunks ? UploadMethod.Chunks : UploadMethod.Put;
    private bool _maySent;

    /// <summary>Whether the blob is sent though the registry says that it has it.</summary>
    public bool IsDoubted { get; init; }

    private Descriptor Descriptor => blob.Descriptor;

    private string Blobs => $"/v2/{repository}/blobs";

    public Task<BlobFate> RunAsync(CancellationToken cancellationToken) =>
        client.RetryAsync(attempt => RunOnceAsync(attempt, cancellationToken), cancellationToken);

    private async Task<BlobFate> RunOnceAsync(int attempt, CancellationToken cancellationToken)
    {
        if ((!IsDoubted || _maySent) && await ExistsAsync(cancellationToken).ConfigureAwait(false))
            return _maySent ? BlobFate.Sent : BlobFate.AlreadyThere;
        var session =
            attempt == 1
            && !IsDoubted
            && blob.Origin is { } origin
            && origin.Registry == registry
            && origin.Repository != repository
                ? await MountAsync(origin.Repository, cancellationToken).ConfigureAwait(false)
                : null;
        if (session is { Location: null })
            return BlobFate.Mounted;
        // A layer that may not be distributed stays where its URLs say, and those are not for us to follow (image-spec,
        // layer.md).
        if (session is null && !Descriptor.Urls.IsEmpty)
            return BlobFate.AlreadyThere;
        // Proxies that break a body off are met more gently each time.
        if (attempt > 2 && _method < UploadMethod.Chunks)
            _method++;
        while (true)
        {
            session ??= await StartAsync(cancellationToken).ConfigureAwait(false);
            if (await SendAsync(session, cancellationToken).ConfigureAwait(false))
                return BlobFate.Sent;
            session = null;
        }
    }

    // HEAD may be forbidden where POST is not, and its refusal has no words: whatever is no success is left to POST to
    // explain.
    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        using var response = await _connection
            .SendAsync(new RegistryRequest(HttpMethod.Head, $"{Blobs}/{Descriptor.Digest}", _access), cancellationToken)
            .ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK
            && (response.Content.Headers.ContentLength is not { } length || length == Descriptor.Size || length == 0);
    }

    // A mount is a favour: whatever goes wrong with it, the blob can still be sent.
    private async Task<UploadSession?> MountAsync(string from, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _connection
                .SendAsync(
                    new RegistryRequest(
                        HttpMethod.Post,
                        $"{Blobs}/uploads/?mount={Descriptor.Digest}&from={Uri.EscapeDataString(from)}",
                        _access with
                        {
                            MountFrom = from,
                        }
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.Created => new UploadSession(null, 0),
                HttpStatusCode.Accepted => await SessionAsync(response, cancellationToken).ConfigureAwait(false),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is TransientException or ContainerizeException)
        {
            client.Options.Log($"{Descriptor.Digest} cannot be mounted from {from}: {exception.Message}");
            return null;
        }
    }

    private async Task<UploadSession> StartAsync(CancellationToken cancellationToken)
    {
        using var response = await _connection
            .SendAsync(
                new RegistryRequest(HttpMethod.Post, $"{Blobs}/uploads/", _access)
                {
                    Content = _ => new ByteArrayContent([]),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Accepted
            ? await SessionAsync(response, cancellationToken).ConfigureAwait(false)
            : throw await _connection.RefusedAsync(response, _access, cancellationToken).ConfigureAwait(false);
    }

    private async Task<UploadSession> SessionAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var least =
            response.Headers.NonValidated.TryGetValues("OCI-Chunk-Min-Length", out var values)
            && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? length
                : 0;
        return new UploadSession(
            await _connection.LocationAsync(response, cancellationToken).ConfigureAwait(false),
            least
        );
    }

    // False when the registry does not take it this way and the next one is to be tried in a new session.
    private async Task<bool> SendAsync(UploadSession session, CancellationToken cancellationToken)
    {
        _maySent = true;
        Report(0);
        var reader = new BlobReader(blob);
        await using var disposed = reader.ConfigureAwait(false);
        using var response = await (
            _method switch
            {
                UploadMethod.Put => PutAsync(session, reader, cancellationToken),
                UploadMethod.Stream => StreamAsync(session, reader, cancellationToken),
                _ => ChunksAsync(session, reader, cancellationToken),
            }
        ).ConfigureAwait(false);
        if (IsStored(response.StatusCode))
            return true;
        var refusal = await _connection.RefusedAsync(response, _access, cancellationToken).ConfigureAwait(false);
        if (_method == UploadMethod.Chunks || refusal.Diagnostic != DiagnosticTable.RegistryRefused)
            throw refusal;
        // A body that is too large is so as a stream, too.
        _method = response.StatusCode == HttpStatusCode.RequestEntityTooLarge ? UploadMethod.Chunks : _method + 1;
        client.Options.Log($"{refusal.Message} Trying it another way: {_method}.");
        return false;
    }

    private void Report(long sent) => client.Options.Progress.Report(new WorkProgress(_work, sent));

    private Task<HttpResponseMessage> PutAsync(
        UploadSession session,
        BlobReader reader,
        CancellationToken cancellationToken
    ) =>
        _connection.SendAsync(
            Upload(
                HttpMethod.Put,
                UploadSession.Closing(session.Location!, Descriptor.Digest),
                reader,
                0,
                Descriptor.Size
            ),
            cancellationToken
        );

    private async Task<HttpResponseMessage> StreamAsync(
        UploadSession session,
        BlobReader reader,
        CancellationToken cancellationToken
    )
    {
        var response = await _connection
            .SendAsync(Upload(HttpMethod.Patch, session.Location!, reader, 0, Descriptor.Size), cancellationToken)
            .ConfigureAwait(false);
        return IsStored(response.StatusCode)
            ? await CloseAsync(response, cancellationToken).ConfigureAwait(false)
            : response;
    }

    private async Task<HttpResponseMessage> CloseAsync(HttpResponseMessage last, CancellationToken cancellationToken)
    {
        using (last)
        {
            var location = await _connection.LocationAsync(last, cancellationToken).ConfigureAwait(false);
            return await _connection
                .SendAsync(
                    new RegistryRequest(HttpMethod.Put, UploadSession.Closing(location, Descriptor.Digest), _access)
                    {
                        Content = _ => new ByteArrayContent([]),
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    private RegistryRequest Upload(
        HttpMethod method,
        Uri url,
        BlobReader reader,
        long start,
        long length,
        string? range = null
    ) =>
        new(method, url, _access)
        {
            Content = guard =>
            {
                var content = new BlobContent(
                    reader,
                    start,
                    length,
                    start + length == Descriptor.Size,
                    guard,
                    client.Options.AnswerLimit
                )
                {
                    Sent = Report,
                };
                content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
                if (range is not null)
                    content.Headers.TryAddWithoutValidation("Content-Range", range);
                return content;
            },
        };

    // ECR answers 201 to PATCH, others 200 or 204 to PUT (containerd, pusher.go).
    private static bool IsStored(HttpStatusCode status) =>
        status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.NoContent;
}
