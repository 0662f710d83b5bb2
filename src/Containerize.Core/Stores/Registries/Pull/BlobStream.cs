using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Registries.Client;

namespace Containerize.Stores.Registries.Pull;

/// <summary>
/// The bytes of a blob as they come from a registry. When the transfer breaks off or stalls it goes on where it was
/// (RFC 9110, 14.2). It checks nothing: a <see cref="VerifyingStream"/> around it does.
/// </summary>
internal sealed class BlobStream(RegistryClient client, ImageReference reference, Descriptor descriptor)
    : ReadOnlyStream
{
    private const int MostFailures = 50;

    private readonly RegistryAccess _access = new(reference.Repository, Push: false);
    private readonly Work _work = new(
        WorkKind.Fetching,
        $"{reference.Repository} {descriptor.Digest.Abbreviated}",
        descriptor.Size
    );
    private Stream? _body;
    private long _position;
    private int _failures;

    public override long Length => descriptor.Size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Asks for the first bytes, so that a blob that is not there is known at once.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        client.Options.Progress.Report(new WorkProgress(_work, 0));
        _body = await client.RetryAsync(_ => RequestAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // One byte more than announced is enough for the check around us to fail.
        if (_position > descriptor.Size)
            return 0;
        // The last byte came, and who reads may have done something else since.
        client.Options.WaitLimit?.Renew();
        return await client
            .RetryAsync(
                async _ =>
                {
                    _body ??= await RequestAsync(cancellationToken).ConfigureAwait(false);
                    try
                    {
                        return await ReadOnceAsync(_body, buffer, cancellationToken).ConfigureAwait(false);
                    }
                    catch (TransientException fault)
                    {
                        // Each read has all its attempts; a transfer that only ever gets on by a little has an end all
                        // the same.
                        if (++_failures > MostFailures)
                            throw fault.Error;
                        await _body.DisposeAsync().ConfigureAwait(false);
                        _body = null;
                        throw;
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public override int Read(Span<byte> buffer)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            var read = ReadAsync(bytes.AsMemory(0, buffer.Length)).AsTask().GetAwaiter().GetResult();
            bytes.AsSpan(0, read).CopyTo(buffer);
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _body?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<int> ReadOnceAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(client.Options.StallLimit, client.Options.Time, cancellationToken);
        var host = RegistryEndpoint.ApiHost(reference.Registry);
        var url = new Uri($"https://{host}/v2/{reference.Repository}/blobs/{descriptor.Digest}");
        try
        {
            var read = await body.ReadAsync(buffer, guard.Token).ConfigureAwait(false);
            if (read == 0 && buffer.Length > 0 && _position < descriptor.Size)
                throw new IOException(
                    $"the content ended after {_position.ToString(CultureInfo.InvariantCulture)} of "
                        + $"{descriptor.Size.ToString(CultureInfo.InvariantCulture)} bytes"
                );
            _position += read;
            client.Options.Progress.Report(new WorkProgress(_work, _position));
            return read;
        }
        catch (OperationCanceledException) when (guard.Stalled)
        {
            throw new TransientException(HttpErrors.Stalled(HttpMethod.Get, url, client.Options.StallLimit));
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw HttpErrors.Unreachable(HttpMethod.Get, url, exception, null);
        }
    }

    private async Task<Stream> RequestAsync(CancellationToken cancellationToken)
    {
        var connection = client.Connection(reference.Registry);
        var request = new RegistryRequest(
            HttpMethod.Get,
            $"/v2/{reference.Repository}/blobs/{descriptor.Digest}",
            _access
        )
        {
            From = _position,
            WaitLimit = client.Options.WaitLimit,
        };
        var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw new ContainerizeException(
                    DiagnosticTable.ImageNotFound,
                    $"{reference} has a layer {descriptor.Digest} that {reference.Registry} does not have. The "
                        + "image is damaged there: push it again or choose another."
                );
            var whole = response.StatusCode == HttpStatusCode.OK;
            if (!whole && response.StatusCode != HttpStatusCode.PartialContent)
                throw await connection
                    .RefusedAsync(response, _access, cancellationToken, client.Options.WaitLimit)
                    .ConfigureAwait(false);
            if (!whole && Start(response.Content) != _position)
                throw HttpErrors.Broken(
                    HttpMethod.Get,
                    response.RequestMessage!.RequestUri!,
                    "another part of the content came than was asked for"
                );
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            // A registry that does not know Range sends all of it again.
            if (whole && _position > 0)
                await SkipAsync(body, cancellationToken).ConfigureAwait(false);
            return body;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The first byte of a part (RFC 9110, 14.4); null when the header does not say it.</summary>
    internal static long? Start(HttpContent content) =>
        content.Headers.NonValidated.TryGetValues("Content-Range", out var values)
        && values.Count == 1
        && ContentRangeHeaderValue.TryParse(values.First(), out var range)
            ? range.From
            : null;

    private async Task SkipAsync(Stream body, CancellationToken cancellationToken)
    {
        var (target, buffer) = (_position, new byte[64 * 1024]);
        _position = 0;
        try
        {
            while (_position < target)
                await ReadOnceAsync(
                        body,
                        buffer.AsMemory(0, (int)Math.Min(buffer.Length, target - _position)),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
        }
        finally
        {
            _position = target;
        }
    }
}
