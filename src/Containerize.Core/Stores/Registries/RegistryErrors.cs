using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Containerize.Diagnostics;
using Containerize.Http;

namespace Containerize.Stores.Registries;

/// <summary>The words for what registries do to us: method, host and path, status, the registry's own words, what to do.</summary>
internal static class RegistryErrors
{
    /// <summary>A failure below HTTP. What may pass comes as a <see cref="RegistryFault"/>.</summary>
    public static Exception Unreachable(HttpMethod method, Uri url, Exception exception, string? certificateProblem)
    {
        if (certificateProblem is not null && exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
            return new ContainerizeException(DiagnosticTable.CertificateNotTrusted,
                $"{Request(method, url)}: the certificate of {url.Authority} is not trusted: {OneLine.Of(certificateProblem)}. " +
                $"Put its authority into /etc/docker/certs.d/{url.Authority}/ca.crt, or list the host as insecure.", exception);
        var error = new ContainerizeException(DiagnosticTable.RegistryUnreachable,
            $"{Request(method, url)} got no answer: {Reason(exception)}. " +
            $"Check the name, the network and the proxy, and that {url.Authority} speaks {(url.Scheme == "http" ? "plain HTTP" : "HTTPS")}.{RegistryQuirks.ConnectionHint(url)}", exception);
        return IsFinal(exception) ? error : new RegistryFault(error);
    }

    /// <summary>Nothing moved for too long.</summary>
    public static ContainerizeException Stalled(HttpMethod method, Uri url, TimeSpan limit) => new(
        DiagnosticTable.TransferStalled,
        $"{Request(method, url)}: nothing moved for {limit.TotalSeconds:0} s. The connection, a proxy or the registry hangs: try again.");

    /// <summary>An answer that says no.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="url">Of the request.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="body">The answer's body, or its beginning.</param>
    /// <param name="access">What kind of problem it is and what to do when it is one of rights.</param>
    /// <param name="secrets">What must not be repeated.</param>
    public static ContainerizeException Refused(
        HttpMethod method, Uri url, HttpStatusCode status, ReadOnlySpan<byte> body, (Diagnostic Kind, string Advice) access, Secrets secrets)
    {
        var errors = Errors(body);
        var isAccess = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        var said = errors.IsEmpty ? Encoding.UTF8.GetString(body)
            : string.Join("; ", errors.Select(error => error.Message.Length > 0 ? $"{error.Code}: {error.Message}" : error.Code));
        var words = OneLine.Of(secrets.Hide(said));
        return new ContainerizeException(isAccess ? access.Kind : DiagnosticTable.RegistryRefused,
            $"{Request(method, url)} was refused: {(int)status}{Phrase(status)}{(words.Length > 0 ? $", {words}" : "")}" +
            $"{(words.EndsWith('.') || words.EndsWith('…') ? "" : ".")} " +
            (isAccess ? access.Advice : RegistryQuirks.Advice(method, status, errors)));
    }

    /// <summary>An answer that is against the protocol.</summary>
    public static ContainerizeException Broken(HttpMethod method, Uri url, string what) => new(
        DiagnosticTable.NotARegistry, $"{Request(method, url)}: {what}. {url.Authority} may not be a registry, or a proxy stands in for it: check the name.");

    /// <summary>An answer that sends us where we do not go.</summary>
    public static ContainerizeException Unsafe(HttpMethod method, Uri url, string what, string target, string objection) => new(
        DiagnosticTable.UnsafeTarget,
        $"{Request(method, url)}: {what} leads to {OneLine.Of(target)}, which is not followed: {objection}. " +
        "If the registry is right, list that host as insecure; if a proxy stands before it, let it pass on Host and X-Forwarded-Proto.");

    /// <summary>The errors of a body as distribution-spec has them ("Error Codes"); empty when it is something else.</summary>
    public static ImmutableArray<(string Code, string Message)> Errors(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                    ? [.. errors.EnumerateArray().Select(error => (Text(error, "code"), Text(error, "message"))).Where(error => error.Item1.Length > 0)]
                    : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The request as messages name it: never with its query, which may hold a signature.</summary>
    public static string Request(HttpMethod method, Uri url) => OneLine.Of($"{method} {url.Authority}{url.AbsolutePath}");

    private static string Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";

    private static string Phrase(HttpStatusCode status) => Enum.IsDefined(status)
        ? " " + string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $" {c}" : $"{c}"))
        : "";

    private static string Reason(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host's name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy did not let it through",
        HttpRequestException { InnerException: SocketException socket } => OneLine.Of(socket.Message),
        TimeoutException => exception.Message,
        { InnerException: { } inner } => OneLine.Of(inner.Message).TrimEnd('.'),
        _ => OneLine.Of(exception.Message).TrimEnd('.'),
    };

    // Nobody listens and nobody knows the name: waiting does not help, and most often the reference is wrong.
    private static bool IsFinal(Exception exception) => exception is HttpRequestException
    {
        InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.NoData }
    };
}
