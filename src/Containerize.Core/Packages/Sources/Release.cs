using System.Collections.Frozen;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages.Formats;

namespace Containerize.Packages.Sources;

/// <summary>A file that a release vouches for.</summary>
/// <param name="Path">Its path below the release.</param>
/// <param name="Digest">What it must be.</param>
/// <param name="Size">How many bytes it must have.</param>
public sealed record ReleaseFile(string Path, Digest Digest, long Size);

/// <summary>What a suite says of itself, and which index files it vouches for (Debian wiki,
/// "DebianRepository/Format").</summary>
public sealed class Release
{
    // apt's Acquire::Max-FutureTime: clocks of two machines are never quite the same.
    private static readonly TimeSpan MostFuture = TimeSpan.FromSeconds(10);

    private readonly Deb822 _fields;
    private readonly FrozenDictionary<string, ReleaseFile> _files;

    private Release(Deb822 fields, FrozenDictionary<string, ReleaseFile> files, string where)
    {
        (_fields, _files, Where) = (fields, files, where);
        Date = fields["Date"] is { } date ? ParseDate(date, where) : DateTimeOffset.MinValue;
    }

    /// <summary>Where it came from, for errors.</summary>
    public string Where { get; }

    /// <summary>When it was made; the earliest time there is when it does not say.</summary>
    public DateTimeOffset Date { get; }

    /// <summary>Who made it: <c>Debian</c>.</summary>
    public string Origin => _fields["Origin"] ?? "";

    /// <summary>Its name that stays: <c>bookworm-updates</c>; empty when it does not say.</summary>
    public string Codename => _fields["Codename"] ?? "";

    /// <summary>Its name that moves on to the next release: <c>stable-updates</c>; empty when it does not
    /// say.</summary>
    public string Suite => _fields["Suite"] ?? "";

    /// <summary>Whether files can be fetched by their hash, so that a mirror that is being updated does no
    /// harm.</summary>
    public bool HasByHash => _fields["Acquire-By-Hash"] == "yes";

    /// <summary>The architectures that there are indexes for; none when it does not say.</summary>
    public IReadOnlyList<string> Architectures => _fields.Words("Architectures");

    /// <summary>Whether packages for all architectures have an index of their own, beside being in each of the
    /// others.</summary>
    public bool HasIndexForAll =>
        Architectures.Contains("all") && !_fields.Words("No-Support-for-Architecture-all").Contains("Packages");

    /// <summary>apt's pin priority of its packages (apt_preferences(5)).</summary>
    public int Priority =>
        _fields["NotAutomatic"] != "yes" ? 500
        : _fields["ButAutomaticUpgrades"] == "yes" ? 100
        : 1;

    /// <summary>Reads and checks an <c>InRelease</c> file.</summary>
    /// <param name="message">The file.</param>
    /// <param name="keyring">The keys that may sign it.</param>
    /// <param name="source">The source it belongs to.</param>
    /// <param name="now">The time, against which keys, signatures and the release expire.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0073 when it is not signed by a key of the keyring or is for another suite; CTZ0074 when it has expired;
    /// CTZ0078 when it has no SHA-256 sums; CTZ0176 when its date is later than <paramref name="now"/>.
    /// </exception>
    public static Release Read(byte[] message, Keyring keyring, AptSource source, DateTimeOffset now)
    {
        var where = $"The release of {source.Name}";
        var text = ReleaseSignature.Verify(message, keyring, now, where);
        var fields = Deb822.Read(text, where).FirstOrDefault() ?? throw Invalid(where, "it is empty");
        var release = new Release(fields, ReadFiles(fields, where), where);

        if (
            !source.IsFlat
            && release is { Codename.Length: > 0, Suite.Length: > 0 }
            && release.Codename != source.Suite
            && release.Suite != source.Suite
        )
            throw new ContainerizeException(
                DiagnosticTable.ReleaseUntrusted,
                $"{where} is that of another suite: it calls itself {release.Suite} ({release.Codename}). The "
                    + "source is set up wrongly or was tampered with."
            );
        if (source.ChecksDate && release.Date > now + MostFuture)
            throw new ContainerizeException(
                DiagnosticTable.ReleaseFromFuture,
                $"{where} is dated {fields["Date"]} and it is {now.UtcDateTime:u} now. The clock of this machine "
                    + "is slow, or the one of the machine "
                    + "that signed the release is fast: set the clock. For a source whose dates mean nothing say "
                    + "'Check-Date: no' in it."
            );
        if (
            source is { ChecksDate: true, ChecksValidUntil: true }
            && fields["Valid-Until"] is { } until
            && ParseDate(until, where) < now
        )
            throw new ContainerizeException(
                DiagnosticTable.ReleaseExpired,
                $"{where} was valid until {until} and it is {now.UtcDateTime:u} now. The mirror is out of date, or "
                    + "somebody hides newer "
                    + "packages from you: use another mirror. For a source that is meant to be old, such as a "
                    + "snapshot, say 'Check-Valid-Until: no' in it."
            );
        return release;
    }

    /// <summary>The file at that path below the release; null when it does not vouch for one.</summary>
    public ReleaseFile? Find(string path) => _files.GetValueOrDefault(path);

    private static FrozenDictionary<string, ReleaseFile> ReadFiles(Deb822 fields, string where)
    {
        var files = new Dictionary<string, ReleaseFile>(StringComparer.Ordinal);
        foreach (var line in (fields["SHA256"] ?? throw Invalid(where, "it has no SHA256 sums")).Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (
                words.Length != 3
                || !Digest.TryParse("sha256:" + words[0], out var digest)
                || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            )
                throw Invalid(where, $"'{line}' is not a hash, a size and a path");
            files[words[2]] = new(words[2], digest, size);
        }

        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static DateTimeOffset ParseDate(string text, string where) =>
        DateTimeOffset.TryParseExact(
            text.Replace("UTC", "GMT", StringComparison.Ordinal),
            ["r", "ddd, d MMM yyyy HH:mm:ss 'GMT'", "ddd, dd MMM yyyy HH:mm:ss zzz"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces,
            out var date
        )
            ? date
            : throw Invalid(where, $"'{text}' is no time");

    private static ContainerizeException Invalid(string where, string why) =>
        new(DiagnosticTable.PackageIndexInvalid, $"{where} cannot be read: {why}.");
}
