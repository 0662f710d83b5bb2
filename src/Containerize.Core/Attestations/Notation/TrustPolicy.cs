using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Attestations.Notation;

/// <summary>
/// The file <c>trustpolicy.json</c> or <c>trustpolicy.oci.json</c> of the notation command
/// (notaryproject/specifications, trust-store-trust-policy.md). What that command refuses is refused here, too.
/// </summary>
/// <param name="Statements">Its statements.</param>
/// <param name="Where">The file, for errors.</param>
internal sealed partial record TrustPolicy(ImmutableArray<TrustStatement> Statements, string Where)
{
    private const string IdentityPrefix = "x509.subject:";

    private const string AfterExpiry = "afterCertExpiry";

    private const int Longest = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="ContainerizeException">CTZ0443.</exception>
    public static TrustPolicy Read(string path)
    {
        var where = $"'{SingleLineText.Of(path)}'";
        try
        {
            return Parse(NamedFile.Read(path, Longest), where);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(where, SingleLineText.Of(exception.Message).TrimEnd('.'), exception);
        }
    }

    /// <summary>Reads a policy.</summary>
    /// <param name="bytes">JSON.</param>
    /// <param name="where">The file, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0443.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            var json = OciJson.Parse(bytes, where);
            if (OciJson.Text(json["version"]) != "1.0")
                throw Unreadable(where, "its 'version' is not \"1.0\"");
            if (Unknown(json, ["version", "trustPolicies"]) is { } member)
                throw Unreadable(where, member);
            var statements = json["trustPolicies"] is JsonArray { Count: > 0 } list
                ? list.Select(each => Statement(OciJson.Object(each, where), where)).ToImmutableArray()
                : throw Unreadable(where, "it has no 'trustPolicies'");
            if (Twice(statements.Select(each => each.Name)) is { } name)
                throw Unreadable(where, $"two statements have the name '{SingleLineText.Of(name)}'");
            if (Twice(statements.SelectMany(each => each.Scopes)) is { } scope)
                throw Unreadable(where, $"the scope '{SingleLineText.Of(scope)}' is there twice");
            return new(statements, where);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest)
        {
            throw Unreadable(where, exception.Message.TrimEnd('.'), exception);
        }
    }

    /// <summary>The statement for a repository: the one that names it, else the one for all.</summary>
    /// <param name="repository">The repository with its registry; null for an image that is named without one, which
    /// only the statement for all is about.</param>
    /// <exception cref="ContainerizeException">CTZ0444.</exception>
    public TrustStatement For(string? repository) =>
        Statements.FirstOrDefault(each => repository is not null && each.Scopes.Contains(Canonical(repository)))
        ?? Statements.FirstOrDefault(each => each.Scopes.Contains(TrustStatement.Any))
        ?? throw new ContainerizeException(
            DiagnosticTable.TrustPolicyElsewhere,
            repository is null
                ? $"The trust policy {Where} has statements for repositories, and the image is named without one, so "
                    + "its signatures are neither good nor bad. Name it by the full name that it has in the layout, "
                    + "as in 'oci:FOLDER:registry.example/shop:v1', or add a statement with the 'registryScopes' \"*\"."
                : $"The trust policy {Where} says nothing about {repository}, so its signatures are neither good nor "
                    + $"bad. Add \"{repository}\" or \"*\" to the 'registryScopes' of a statement."
        );

    private static TrustStatement Statement(JsonObject json, string where)
    {
        var name = OciJson.RequiredText(json, "name", where);
        var verification = OciJson.Object(json["signatureVerification"], where);
        var unknown =
            Unknown(json, ["name", "registryScopes", "signatureVerification", "trustStores", "trustedIdentities"])
            ?? Unknown(verification, ["level", "override", "verifyTimestamp"]);
        if (unknown is not null)
            throw Bad(unknown);
        var (level, scopes) = (OciJson.RequiredText(verification, "level", where), Texts(json, "registryScopes"));
        var (stores, identities) = (Texts(json, "trustStores"), Texts(json, "trustedIdentities"));
        if (TrustLevels.Enforced(level) is not { } enforced)
            throw Bad($"its level '{SingleLineText.Of(level)}' is not strict, permissive, audit or skip");
        if (scopes.IsEmpty || scopes.Any(each => !IsScope(each)) || (scopes.Contains("*") && scopes.Length > 1))
            throw Bad("'registryScopes' is not \"*\" alone, or repositories such as \"registry.example/shop\"");
        if (level == TrustLevels.Skip ? !stores.IsEmpty || !identities.IsEmpty : stores.IsEmpty || identities.IsEmpty)
            throw Bad("it needs 'trustStores' and 'trustedIdentities', and must have neither at the level skip");
        if (level == TrustLevels.Skip && scopes.Contains(TrustStatement.Any))
            throw Bad("the level skip is for repositories that are named, and not for \"*\"");
        var stamp = verification["verifyTimestamp"];
        if (stamp is not null && OciJson.Text(stamp) is not ("always" or AfterExpiry))
            throw Bad($"'verifyTimestamp' is not \"always\" or \"{AfterExpiry}\"");
        if (stores.FirstOrDefault(each => !StorePattern().IsMatch(each)) is { } store)
            throw Bad($"'{SingleLineText.Of(store)}' is no trust store such as \"ca:acme\"");
        return new(name, level, [.. scopes.Select(Canonical)])
        {
            Actions = Actions(OciJson.Object(verification["override"] ?? new JsonObject(), where)),
            Stores =
            [
                .. stores.Where(each => each.StartsWith("ca:", StringComparison.Ordinal)).Select(each => each[3..]),
            ],
            DemandsTimestamp =
                stores.Any(each => each.StartsWith("tsa:", StringComparison.Ordinal))
                && OciJson.Text(stamp) != AfterExpiry,
            Identities = Subjects(),
        };

        ImmutableDictionary<TrustCheck, TrustAction> Actions(JsonObject overrides)
        {
            var actions = Enum.GetValues<TrustCheck>()
                .ToDictionary(
                    check => check,
                    check => enforced.Contains(check) ? TrustAction.Enforce : TrustAction.Log
                );
            foreach (var (word, node) in overrides)
            {
                if (
                    level == TrustLevels.Skip
                    || !TrustLevels.Checks.TryGetValue(word, out var check)
                    || !TrustLevels.Actions.TryGetValue(OciJson.Text(node) ?? "", out var action)
                    || check == TrustCheck.Integrity
                    || (action == TrustAction.Skip && check != TrustCheck.Revocation)
                )
                    throw Bad($"'override' of '{SingleLineText.Of(word)}' is not one that a policy may have");
                actions[check] = action;
            }

            return actions.ToImmutableDictionary();
        }

        ImmutableArray<SubjectName>? Subjects()
        {
            if (identities is [TrustStatement.Any])
                return null;
            var subjects = ImmutableArray.CreateBuilder<SubjectName>();
            foreach (var identity in identities)
            {
                if (identity == TrustStatement.Any || !identity.Contains(':', StringComparison.Ordinal))
                    throw Bad($"the identity '{SingleLineText.Of(identity)}' is not \"*\" alone, or a subject");
                // Others are those of plugins: no certificate has one.
                if (!identity.StartsWith(IdentityPrefix, StringComparison.Ordinal))
                    continue;
                if (SubjectName.TryParse(identity[IdentityPrefix.Length..]) is not { } subject)
                    throw Bad(
                        $"the identity '{SingleLineText.Of(identity)}' is no subject with C, ST and O, each once, "
                            + "such as \"x509.subject: C=US, ST=WA, O=Acme\""
                    );
                if (subjects.Any(other => other.IsPartOf(subject) || subject.IsPartOf(other)))
                    throw Bad($"the identity '{SingleLineText.Of(identity)}' is part of another one");
                subjects.Add(subject);
            }

            return subjects.ToImmutable();
        }

        ContainerizeException Bad(string why) =>
            Unreadable(where, $"of the statement '{SingleLineText.Of(name)}': {why}");

        ImmutableArray<string> Texts(JsonObject of, string list) =>
            of[list] switch
            {
                null => [],
                JsonArray array when array.All(each => OciJson.Text(each) is { Length: > 0 }) => OciJson.List(array),
                _ => throw Bad($"'{list}' is no list of texts"),
            };
    }

    // What is not known may be a slip, or limit what is trusted.
    private static string? Unknown(JsonObject json, string[] known) =>
        json.Select(member => member.Key).FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? $"'{SingleLineText.Of(unknown)}' is not known"
            : null;

    // The host is the same in capitals and with the port of https; a repository has one text.
    private static string Canonical(string repository) =>
        repository.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            ? RegistryHost.Canonical(repository[..slash]) + repository[slash..]
            : repository;

    private static bool IsScope(string text) => text == TrustStatement.Any || ScopePattern().IsMatch(text);

    private static string? Twice(IEnumerable<string> texts) =>
        texts.GroupBy(text => text, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;

    private static ContainerizeException Unreadable(string where, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.TrustPolicyUnreadable,
            $"The trust policy {where} cannot be used: {why}. Name a file such as notation's trustpolicy.json.",
            inner
        );

    [GeneratedRegex(@"^(ca|signingAuthority|tsa):[a-zA-Z0-9_.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex StorePattern();

    // A registry and a repository, without tag and digest.
    [GeneratedRegex(
        @"^[a-zA-Z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex ScopePattern();
}
