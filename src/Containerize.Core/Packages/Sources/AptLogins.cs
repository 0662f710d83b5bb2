using System.Collections.Immutable;
using System.Net;

namespace Containerize.Packages.Sources;

/// <summary>The names and passwords of a machine's apt (apt_auth.conf(5)): <c>machine HOST login NAME password
/// WORD</c>.</summary>
public sealed class AptLogins
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    private readonly ImmutableArray<Entry> _entries;

    private AptLogins(ImmutableArray<Entry> entries) => _entries = entries;

    /// <summary>No login at all.</summary>
    public static AptLogins None { get; } = new([]);

    /// <summary>Reads <c>auth.conf.d</c>, then <c>auth.conf</c>; a file that this user may not read is passed over, as
    /// apt passes it over.</summary>
    /// <param name="files">The files.</param>
    /// <param name="folder">Absolute path of what is <c>/etc/apt</c> there.</param>
    public static AptLogins Read(AptFiles files, string folder) =>
        new([.. files.Parts(folder, "auth.conf").SelectMany(path => Parse(files.ReadPart(path) ?? ""))]);

    /// <summary>The login for an address; null where there is none.</summary>
    /// <param name="url">The address. Without a scheme in the file a login is for <c>https</c> alone: it would go over
    /// the wire in the clear.</param>
    public NetworkCredential? Of(Uri url) =>
        _entries.FirstOrDefault(entry => entry.IsFor(url)) is { } found
            ? new NetworkCredential(found.Login, found.Password)
            : null;

    private static IEnumerable<Entry> Parse(string text)
    {
        var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
        var words = string.Join('\n', lines).Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        Entry? entry = null;
        for (var at = 0; at + 1 < words.Length; at++)
        {
            switch (words[at])
            {
                case "machine":
                    if (entry is not null)
                        yield return entry;
                    entry = Entry.Of(words[++at]);
                    break;
                case "login" when entry is not null:
                    entry = entry with { Login = words[++at] };
                    break;
                case "password" when entry is not null:
                    entry = entry with { Password = words[++at] };
                    break;
            }
        }

        if (entry is not null)
            yield return entry;
    }

    private sealed record Entry(string Scheme, string Host, int? Port, string Path)
    {
        public string Login { get; init; } = "";

        public string Password { get; init; } = "";

        public static Entry Of(string text)
        {
            var (scheme, rest) = text.Split("://", 2) is [var named, var after] ? (named, after) : ("https", text);
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            var (host, path) = slash < 0 ? (rest, "/") : (rest[..slash], rest[slash..]);
            return host.LastIndexOf(':') is > 0 and var colon && int.TryParse(host[(colon + 1)..], out var port)
                ? new Entry(scheme, host[..colon], port, path)
                : new Entry(scheme, host, null, path);
        }

        public bool IsFor(Uri url) =>
            url.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase)
            && url.Host.Equals(Host, StringComparison.OrdinalIgnoreCase)
            && (Port is null || Port == url.Port)
            && url.AbsolutePath.StartsWith(Path, StringComparison.Ordinal);
    }
}
