using System.Net.Sockets;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Http;

/// <summary>The errors of requests: method, host and path, what came back, and what to do.</summary>
internal static partial class HttpErrors
{
    /// <summary>A failure below HTTP. What may pass comes as a <see cref="TransientException"/>.</summary>
    public static Exception Unreachable(HttpMethod method, Uri url, Exception exception, string? certificateProblem)
    {
        if (
            certificateProblem is not null
            && exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
        )
            return new ContainerizeException(
                DiagnosticTable.CertificateNotTrusted,
                $"{Request(method, url)}: the certificate of {url.Authority} is not trusted: "
                    + $"{SingleLineText.Of(certificateProblem)}. "
                    + $"Put its authority into /etc/docker/certs.d/{url.Authority}/ca.crt, or list the host as "
                    + "insecure.",
                exception
            );
        var error = new ContainerizeException(
            DiagnosticTable.RegistryUnreachable,
            $"{Request(method, url)} got no answer: {Reason(exception)}. "
                + $"Check the name, the network and the proxy, and that {url.Authority} speaks "
                + $"{(url.Scheme == "http" ? "plain HTTP" : "HTTPS")}.{ConnectionHint(url)}",
            exception
        );
        return IsFinal(exception) ? error : new TransientException(error);
    }

    /// <summary>Nothing moved for too long.</summary>
    public static ContainerizeException Stalled(HttpMethod method, Uri url, TimeSpan limit) =>
        new(
            DiagnosticTable.TransferStalled,
            $"{Request(method, url)}: nothing moved for {limit.TotalSeconds:0} s. The connection, a proxy or "
                + "the registry hangs: try again."
        );

    /// <summary>An answer that is against the protocol.</summary>
    public static ContainerizeException Broken(HttpMethod method, Uri url, string what) =>
        new(
            DiagnosticTable.NotARegistry,
            $"{Request(method, url)}: {what}. {url.Authority} may not be a registry, or a proxy stands in for "
                + "it: check the name."
        );

    /// <summary>An answer that sends us where we do not go.</summary>
    public static ContainerizeException Unsafe(
        HttpMethod method,
        Uri url,
        string what,
        string target,
        string objection
    ) =>
        new(
            DiagnosticTable.UnsafeTarget,
            $"{Request(method, url)}: {what} leads to {SingleLineText.Of(target)}, which is not followed: {objection}. "
                + "If the registry is right, list that host as insecure; if a proxy stands before it, let it pass "
                + "on Host and X-Forwarded-Proto."
        );

    /// <summary>The request as messages name it: never with its query, which may hold a signature.</summary>
    public static string Request(HttpMethod method, Uri url) =>
        SingleLineText.Of($"{method} {url.Authority}{url.AbsolutePath}");

    /// <summary>Amazon drops the connection when a repository was not created before
    /// (sdk-container-builds#424).</summary>
    public static string ConnectionHint(Uri url) =>
        Ecr().IsMatch(url.Host)
            ? " Amazon ECR also drops connections for repositories that do not exist: create the repository first."
            : "";

    private static string Reason(Exception exception) =>
        exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                "the host's name is not known",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } =>
                "the proxy did not let it through",
            HttpRequestException { InnerException: SocketException socket } => SingleLineText.Of(socket.Message),
            TimeoutException => exception.Message,
            { InnerException: { } inner } => SingleLineText.Of(inner.Message).TrimEnd('.'),
            _ => SingleLineText.Of(exception.Message).TrimEnd('.'),
        };

    // No server listens there, or the name is unknown: waiting does not help, and most often the reference is wrong.
    private static bool IsFinal(Exception exception) =>
        exception
            is HttpRequestException
            {
                InnerException: SocketException
                {
                    SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.NoData
                }
            };

    [GeneratedRegex(
        @"^(?:public\.ecr\.aws|[0-9]{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Ecr();
}
