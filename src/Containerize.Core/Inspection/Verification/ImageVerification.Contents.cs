using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Inspection.Verification;

/// <summary>Content: present, with the size and the digest of its descriptor.</summary>
internal sealed partial class ImageVerification
{
    private async Task<JsonObject?> ReadAsync(
        Descriptor descriptor,
        string kind,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (descriptor.Size > limit)
        {
            Require(Name(descriptor), false, $"is a {kind} of {descriptor.Size} bytes, and {limit} is the most");
            return null;
        }

        using var bytes = new MemoryStream();
        if (!await HashAsync(descriptor, bytes, cancellationToken).ConfigureAwait(false))
            return null;
        try
        {
            return OciJson.Parse(bytes.ToArray(), Name(descriptor));
        }
        catch (ContainerizeException exception)
        {
            Require(Name(descriptor), false, $"cannot be understood: {exception.Message}");
            return null;
        }
    }

    /// <summary>Copies the content while it is hashed; false when it is not there.</summary>
    private async Task<bool> HashAsync(Descriptor descriptor, Stream target, CancellationToken cancellationToken)
    {
        var stored = await OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
        if (stored is null)
            return false;
        using var measured = new MeasuringStream(stored, descriptor.Digest.Algorithm);
        try
        {
            await measured.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ContainerizeException)
        {
            Require(Name(descriptor), false, $"cannot be read to its end: {exception.Message}");
            return false;
        }

        CheckMeasure(descriptor, measured);
        return true;
    }

    private async Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await _contents.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
            Require(Name(descriptor), stream is not null, $"is named and is not in {_contents.Where}");
            return stream;
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic == DiagnosticTable.DigestMismatch
                || exception.Diagnostic == DiagnosticTable.SizeMismatch
            )
        {
            Require(Name(descriptor), false, exception.Message);
            return null;
        }
    }

    private void CheckMeasure(Descriptor descriptor, MeasuringStream measured)
    {
        _read++;
        _bytes += measured.Length;
        Require(
            Name(descriptor),
            measured.Length == descriptor.Size,
            $"is {measured.Length} bytes long and should be {descriptor.Size}"
        );
        var digest = measured.Digest();
        Require(Name(descriptor), digest == descriptor.Digest, $"has the digest {digest} in truth");
    }
}
