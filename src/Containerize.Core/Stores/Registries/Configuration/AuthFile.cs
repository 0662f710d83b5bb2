using System.Text;
using System.Text.Json;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>A file that Docker or Podman keep credentials in (docker/cli config.json,
/// containers-auth.json(5)).</summary>
internal sealed class AuthFile
{
    private static readonly string[] HubNames =
    [
        ImageReference.DockerHub,
        "index.docker.io",
        "registry-1.docker.io",
        "registry.hub.docker.com",
    ];

    private readonly Dictionary<string, JsonElement> _auths;
    private readonly Dictionary<string, JsonElement> _helpers;
    private readonly string _where;

    private AuthFile(JsonElement json, string where)
    {
        _where = where;
        _auths = Members(Member(json, "auths"));
        _helpers = Members(Member(json, "credHelpers"));
        Store = Text(Member(json, "credsStore"));
    }

    /// <summary>The helper that is asked for every registry; null for none.</summary>
    public string? Store { get; }

    /// <summary>Reads the file.</summary>
    /// <param name="bytes">Its content; empty is the same as <c>{}</c>.</param>
    /// <param name="where">What the user calls it, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0060 when it is not a JSON object.</exception>
    public static AuthFile Parse(ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            var text = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
            var reader = new Utf8JsonReader(text.Trim(" \r\n\t"u8).IsEmpty ? "{}"u8 : text);
            var json = JsonElement.ParseValue(ref reader);
            return json.ValueKind == JsonValueKind.Object
                ? new AuthFile(json, where)
                : throw Invalid(where, "a JSON object was expected");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Neither the text nor the parser's words about it: both may hold what follows a password's quote.
            throw Invalid(where, "it is not JSON");
        }
    }

    /// <summary>
    /// The helper for the registry in particular, and the name that it knows it by; null for none. An empty name means
    /// the file itself, also where <see cref="Store"/> names a helper for all registries (docker/cli,
    /// <c>GetCredentialsStore</c>).
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0060 when the helper's name is not a text.</exception>
    public (string Name, string Server)? Helper(string registry, string repository) =>
        Match(_helpers, registry, repository) is { } match
            ? (
                match.Value.ValueKind == JsonValueKind.String
                    ? match.Value.GetString()!
                    : throw Invalid(_where, $"the helper of '{SingleLineText.Of(match.Key)}' is not a text"),
                match.Key
            )
            : null;

    /// <summary>What <see cref="Store"/> knows the registry by.</summary>
    public static string ServerOf(string registry) =>
        registry == ImageReference.DockerHub ? "https://index.docker.io/v1/" : registry;

    /// <summary>The credential for the repository: of its own path, of a path above it, or of its registry; null for
    /// none.</summary>
    /// <exception cref="ContainerizeException">CTZ0060 when the entry cannot be read.</exception>
    public Credential? Find(string registry, string repository)
    {
        if (Match(_auths, registry, repository) is not var (key, entry) || entry.ValueKind == JsonValueKind.Null)
            return null;
        if (entry.ValueKind != JsonValueKind.Object)
            throw Entry(key, "is not an object");
        var (username, password) = Text(Member(entry, "auth")) is { Length: > 0 } auth
            ? Decode(auth, key)
            : (TextOf(entry, "username", key) ?? "", TextOf(entry, "password", key) ?? "");
        var credential = new Credential(username, password, $"'{SingleLineText.Of(key)}' in {_where}")
        {
            IdentityToken = TextOf(entry, "identitytoken", key),
            RegistryToken = TextOf(entry, "registrytoken", key),
        };
        return password.Length > 0 || credential.IdentityToken is not null || credential.RegistryToken is not null
            ? credential
            : null;
    }

    // The most particular name first (containers-auth.json(5)); then keys that are URLs or end in an API's version, as
    // 'docker login' has written them over the years. A bare key with a path is for that path and nothing else.
    private static (string Key, T Value)? Match<T>(Dictionary<string, T> entries, string registry, string repository)
    {
        var path = $"{registry}/{repository}";
        for (var name = path; name.Length > 0; name = name.LastIndexOf('/') is > 0 and var slash ? name[..slash] : "")
        {
            if (entries.TryGetValue(name, out var exact))
                return (name, exact);
        }

        var hosts = registry == ImageReference.DockerHub ? HubNames : [registry];
        var legacy = entries
            .Keys.Where(key => HostOf(key) is { } host && hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
            .OrderBy(key => (HasPath(key) ? 2 : 0) + (key.Contains("://", StringComparison.Ordinal) ? 1 : 0))
            .FirstOrDefault();
        return legacy is null ? null : (legacy, entries[legacy]);
    }

    private static string? HostOf(string key)
    {
        var scheme =
            key.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
            : key.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7
            : 0;
        var rest = key[scheme..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return rest;
        var version = rest[(slash + 1)..].TrimEnd('/');
        return
            scheme > 0
            || version.Length == 0
            || (version[0] == 'v' && version.Length > 1 && version.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0)
            ? rest[..slash]
            : null;
    }

    private static bool HasPath(string key) =>
        key[(key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0)..]
            .Contains('/', StringComparison.Ordinal);

    private (string Username, string Password) Decode(string auth, string key)
    {
        // Some tools leave the padding out.
        var padded = auth.Trim().TrimEnd('=');
        var bytes = new byte[padded.Length];
        if (!Convert.TryFromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='), bytes, out var length))
            throw Entry(key, "has an 'auth' that is not base64");
        var text = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0');
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0
            ? (text[..colon], text[(colon + 1)..].Trim('\0'))
            : throw Entry(key, "has an 'auth' that is not a name, a colon and a password");
    }

    private string? TextOf(JsonElement entry, string name, string key) =>
        Member(entry, name) switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } value => value.GetString() is { Length: > 0 } text ? text : null,
            _ => throw Entry(key, $"has a '{name}' that is not a text"),
        };

    // Docker reads its files with Go's decoder, which does not mind the case of names.
    private static JsonElement? Member(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in json.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }

    private static Dictionary<string, JsonElement> Members(JsonElement? json)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (json is { ValueKind: JsonValueKind.Object } entries)
        {
            foreach (var member in entries.EnumerateObject())
                members.TryAdd(member.Name, member.Value);
        }

        return members;
    }

    private static string? Text(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    private ContainerizeException Entry(string key, string what) =>
        Invalid(_where, $"the entry '{SingleLineText.Of(key)}' {what}");

    private static ContainerizeException Invalid(string where, string what) =>
        new(
            DiagnosticTable.InvalidAuthFile,
            $"Credentials cannot be read from {where}: {what}. Mend it, or log in again."
        );
}
