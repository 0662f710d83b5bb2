using Containerize.Diagnostics;
using Containerize.Http;

namespace Containerize.Attestations.Keyless;

/// <summary>The services that a signature of an identity needs.</summary>
/// <param name="Authority">Issues certificates: Fulcio.</param>
/// <param name="Log">Takes signatures: Rekor; null for none.</param>
/// <param name="Clock">Makes timestamps (RFC 3161); null for none.</param>
internal sealed record KeylessEndpoints(Uri Authority, Uri? Log, Uri? Clock)
{
    private const string None = "none",
        SecondVersion = "/api/v2";

    /// <summary>Whether the log is one of tiles, with the second version of the interface.</summary>
    public bool IsTileLog => Log?.AbsolutePath.TrimEnd('/').EndsWith(SecondVersion, StringComparison.Ordinal) == true;

    /// <summary>Reads what a user writes; empty for the services that sigstore runs for everybody.</summary>
    /// <param name="words">The words.</param>
    /// <param name="services">Decides what may be called.</param>
    /// <exception cref="ContainerizeException">CTZ0462.</exception>
    public static KeylessEndpoints Parse(KeylessWords words, ServiceClient services)
    {
        var log = Of("ContainerRekorUrl or --rekor-url", words.Rekor, "https://rekor.sigstore.dev");
        var clock = Of(
            "ContainerTimestampUrl or --timestamp-url",
            words.Timestamp,
            "https://timestamp.sigstore.dev/api/v1/timestamp"
        );
        var endpoints = new KeylessEndpoints(
            Of("ContainerFulcioUrl or --fulcio-url", words.Fulcio, "https://fulcio.sigstore.dev")
                ?? throw Invalid("ContainerFulcioUrl or --fulcio-url is 'none', and a certificate has to be issued"),
            log,
            clock
        );
        return clock is not null || (log is not null && !endpoints.IsTileLog)
            ? endpoints
            : throw Invalid(
                "nothing would prove when a signature was made: a log of the second version has no times, and "
                    + "ContainerTimestampUrl or --timestamp-url is 'none'"
            );

        Uri? Of(string name, string text, string standard)
        {
            if (text == None)
                return null;
            return
                Uri.TryCreate(text.Length > 0 ? text : standard, UriKind.Absolute, out var url) && services.MayCall(url)
                ? url
                : throw Invalid(
                    $"{name} is '{SingleLineText.Of(Passwords.Hide(text))}', which is no URL with https. "
                        + "Plain HTTP is spoken to this machine and to hosts that are listed as insecure"
                );
        }
    }

    private static ContainerizeException Invalid(string why) =>
        new(DiagnosticTable.InvalidSigning, $"Images cannot be signed that way: {why}. Correct it, or remove it.");
}

/// <summary>The services in the words of the user: URLs, <c>none</c>, or empty.</summary>
/// <param name="Fulcio">The authority.</param>
/// <param name="Rekor">The log.</param>
/// <param name="Timestamp">The clock.</param>
public sealed record KeylessWords(string Fulcio = "", string Rekor = "", string Timestamp = "");
