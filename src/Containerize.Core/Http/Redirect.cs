using System.Net;

namespace Containerize.Http;

/// <summary>An answer that sends us elsewhere.</summary>
internal static class Redirect
{
    /// <summary>Whether the answer is a redirect that we follow: one that keeps the method.</summary>
    public static bool Is(HttpResponseMessage response)
    {
        var method = response.RequestMessage!.Method;
        return response.StatusCode switch
        {
            HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => true,
            HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther => method == HttpMethod.Get
                || method == HttpMethod.Head,
            _ => false,
        };
    }

    /// <summary>Where its <c>Location</c> leads, relative to what was asked for.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="what">What it is the location of, for errors.</param>
    /// <param name="endpoint">The registry that we are talking to.</param>
    /// <param name="rules">Where we go at all.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0034 for a place where we do not go, CTZ0037 for
    /// none.</exception>
    public static Uri Target(HttpResponseMessage response, string what, Origin endpoint, RedirectPolicy rules)
    {
        var (method, from) = (response.RequestMessage!.Method, response.RequestMessage.RequestUri!);
        var text =
            response.Headers.NonValidated.TryGetValues("Location", out var values) && values.Count == 1
                ? values.First()
                : null;
        if (text is not { Length: > 0 } || !Uri.TryCreate(from, text, out var target))
            throw HttpErrors.Broken(method, from, $"{what} has no Location that can be read");
        return rules.Objection(target, endpoint) is { } objection
            ? throw HttpErrors.Unsafe(method, from, what, target.GetLeftPart(UriPartial.Path), objection)
            : target;
    }
}
