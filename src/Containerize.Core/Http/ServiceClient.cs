using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Containerize.Diagnostics;

namespace Containerize.Http;

/// <summary>A request to a service that is no registry.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">The absolute URL.</param>
internal sealed record ServiceRequest(HttpMethod Method, Uri Url)
{
    /// <summary>A token that is sent as <c>Bearer</c>; null for none.</summary>
    public string? Bearer { get; init; }

    /// <summary>The body; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The media type of the body.</summary>
    public string BodyType { get; init; } = "application/json";

    /// <summary>What no message repeats, wherever an answer has it from; null for nothing.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether the answer is a secret: no message repeats any of it.</summary>
    public bool HasSecretAnswer { get; init; }

    /// <summary>Statuses that are answers and no errors.</summary>
    public required Func<HttpStatusCode, bool> IsAnswer { get; init; }

    /// <summary>Makes the error of any other status.</summary>
    public required Func<string, ContainerizeException> Refused { get; init; }

    // A record would print the secrets.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(HttpErrors.Request(Method, Url));
        return true;
    }
}

/// <summary>An answer of a service.</summary>
/// <param name="Status">The status.</param>
/// <param name="Bytes">The body.</param>
/// <param name="Location">The text of <c>Location</c>; null for none.</param>
internal sealed record ServiceAnswer(HttpStatusCode Status, byte[] Bytes, string? Location);

/// <summary>Small requests to services that are no registries: with the proxy, the certificates and the attempts of all
/// others. Redirects are refused, for a token may be in the request.</summary>
internal sealed class ServiceClient(HttpOptions options, HttpTransport transport, RedirectPolicy rules, Retry retry)
{
    private const int Longest = 4 << 20,
        LongestReason = 300;

    /// <summary>Whether a service may be spoken to: over HTTPS, or here, or on a host that is listed as
    /// insecure.</summary>
    public bool MayCall(Uri url) =>
        url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && rules.MayBePlain(url)));

    /// <summary>The clock of the run.</summary>
    public TimeProvider Time => options.Time;

    /// <summary>Sends a request, as often as all requests are sent.</summary>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0036, or what the request makes of a status.</exception>
    public Task<ServiceAnswer> SendAsync(ServiceRequest request, CancellationToken cancellationToken) =>
        retry.RunAsync(_ => SendOnceAsync(request, cancellationToken), cancellationToken);

    private async Task<ServiceAnswer> SendOnceAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Url);
        message.Headers.TryAddWithoutValidation("Accept", "*/*");
        if (request.Bearer is not null)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", request.Bearer);
        using var response = await transport
            .SendAsync(message, request.Body is null ? null : _ => Content(request), cancellationToken)
            .ConfigureAwait(false);
        var (bytes, more) = await ResponseBody
            .ReadAsync(response, Longest, options, cancellationToken)
            .ConfigureAwait(false);
        var status = response.StatusCode;
        if (request.IsAnswer(status) && !more)
            return new(
                status,
                bytes,
                response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.FirstOrDefault() : null
            );
        var error = request.Refused(
            $"{HttpErrors.Request(request.Method, request.Url)} answered {(int)status}{Reason(bytes, request)}"
        );
        throw TransientStatus.Is(status)
            ? new TransientException(error, TransientStatus.Wait(response, options.Time))
            : error;
    }

    private static ByteArrayContent Content(ServiceRequest request) =>
        new(request.Body!) { Headers = { ContentType = new MediaTypeHeaderValue(request.BodyType) } };

    private static string Reason(byte[] bytes, ServiceRequest request)
    {
        if (request.HasSecretAnswer)
            return "";
        var text = Encoding.UTF8.GetString(bytes);
        foreach (var secret in new[] { request.Secret, request.Bearer }.OfType<string>().Where(each => each.Length > 0))
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        text = SingleLineText.Of(text[..Math.Min(text.Length, LongestReason)]).Trim();
        return text.Length > 0 ? $": {text.TrimEnd('.')}" : "";
    }
}
