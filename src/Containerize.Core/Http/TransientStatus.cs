using System.Net;

namespace Containerize.Http;

/// <summary>Which statuses may pass when the same is tried again.</summary>
internal static class TransientStatus
{
    // 499 is nginx's, 522 and 524 are Cloudflare's; the list is go-containerregistry's.
    public static bool Is(HttpStatusCode status) =>
        (int)status is 408 or 429 or 499 or 500 or 502 or 503 or 504 or 522 or 524;

    /// <summary>How long the answer asks us to wait, or null.</summary>
    public static TimeSpan? Wait(HttpResponseMessage response, TimeProvider time) =>
        RetryAfter.Parse(Header(response, "Retry-After"), Header(response, "Date"), time.GetUtcNow());

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
