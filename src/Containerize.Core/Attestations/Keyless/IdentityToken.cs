using System.Buffers.Text;
using System.Net;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>A token by which a pipeline proves who it is (OpenID Connect). It is a secret.</summary>
/// <param name="Text">The token.</param>
/// <param name="Subject">What the authority has the key sign: the mail address where there is one, else the
/// subject.</param>
internal sealed record IdentityToken(string Text, string Subject)
{
    private const string Variable = "SIGSTORE_ID_TOKEN",
        RequestUrl = "ACTIONS_ID_TOKEN_REQUEST_URL",
        RequestToken = "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        Audience = "sigstore";

    /// <summary>Gets the token of this run.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="services">Asks GitHub for one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0457, CTZ0030 to CTZ0036.</exception>
    public static async Task<IdentityToken> GetAsync(
        IReadOnlyDictionary<string, string> variables,
        ServiceClient services,
        CancellationToken cancellationToken
    )
    {
        if (variables.GetValueOrDefault(Variable) is { Length: > 0 } given)
            return Parse(given.Trim(), $"the variable {Variable}");
        Demand(variables);
        var (address, bearer) = (variables[RequestUrl], variables[RequestToken]);
        if (!Uri.TryCreate($"{address}&audience={Audience}", UriKind.Absolute, out var url) || !services.MayCall(url))
            throw Missing($"{RequestUrl} is no URL with https", variables);
        var answer = await services
            .SendAsync(
                new ServiceRequest(HttpMethod.Get, url)
                {
                    Bearer = bearer,
                    HasSecretAnswer = true,
                    IsAnswer = status => status == HttpStatusCode.OK,
                    Refused = why => Missing(why, variables),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return Parse(ValueOf(answer.Bytes, variables), "the answer of GitHub");
    }

    /// <summary>Demands that the environment has a token, or says where there is one.</summary>
    /// <exception cref="ContainerizeException">CTZ0457.</exception>
    public static void Demand(IReadOnlyDictionary<string, string> variables)
    {
        if (!IsSet(Variable) && !(IsSet(RequestUrl) && IsSet(RequestToken)))
            throw Missing($"{Variable} is not set, and neither are {RequestUrl} and {RequestToken}", variables);

        bool IsSet(string name) => !string.IsNullOrEmpty(variables.GetValueOrDefault(name));
    }

    /// <summary>Reads a token (RFC 7519).</summary>
    /// <exception cref="ContainerizeException">CTZ0457. It does not repeat the token.</exception>
    public static IdentityToken Parse(string text, string where)
    {
        var parts = text.Split('.');
        try
        {
            if (parts.Length == 3)
            {
                var claims = OciJson.Parse(Base64Url.DecodeFromChars(parts[1]), where);
                var mail = OciJson.Text(claims["email"]) is { Length: > 0 } address ? address : null;
                if (mail is not null && claims["email_verified"]?.ToString() != "true")
                    throw Unreadable("its mail address is not verified", where);
                if ((mail ?? OciJson.Text(claims["sub"])) is { Length: > 0 } subject)
                    return new(text, subject);
            }
        }
        // Neither says anything of what is in the token.
        catch (FormatException) { }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest) { }

        throw Unreadable("it is no JSON Web Token with a subject", where);
    }

    private static string ValueOf(byte[] answer, IReadOnlyDictionary<string, string> variables)
    {
        try
        {
            return OciJson.RequiredText(OciJson.Parse(answer, "GitHub"), "value", "GitHub");
        }
        catch (ContainerizeException)
        {
            throw Missing("GitHub answered with something else", variables);
        }
    }

    private static ContainerizeException Unreadable(string why, string where) =>
        new(
            DiagnosticTable.IdentityTokenMissing,
            $"The identity token in {where} cannot be used: {why}. Ask for one with the audience '{Audience}'."
        );

    private static ContainerizeException Missing(string why, IReadOnlyDictionary<string, string> variables)
    {
        var advice =
            variables.ContainsKey("GITHUB_ACTIONS") ? "Give the job 'permissions: id-token: write'."
            : variables.ContainsKey("GITLAB_CI") ? $"Give the job 'id_tokens: {Variable}: aud: {Audience}'."
            : $"Put a token of your OpenID provider into the variable {Variable}, or sign with a key.";
        return new(
            DiagnosticTable.IdentityTokenMissing,
            $"There is no identity token to sign with: {why.TrimEnd('.')}. {advice}"
        );
    }

    // A record would print the token.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Subject);
        return true;
    }
}
