using System.Text;
using Containerize.Packages.Formats;

namespace Containerize.Packages.Sources;

/// <summary>
/// A <c>Packages</c> file: all packages of one component and architecture. It stays as bytes, tens of megabytes of
/// them; of each stanza only its place, its name and what it provides are read beforehand.
/// </summary>
public sealed class PackageIndex
{
    private readonly byte[] _bytes;
    private readonly string _architecture;
    private readonly Dictionary<string, List<Range>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _providers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, PackageRecord> _records = [];

    private PackageIndex(byte[] bytes, string architecture, string where)
    {
        _bytes = bytes;
        _architecture = architecture;
        Where = where;
    }

    /// <summary>Where it came from, for errors.</summary>
    public string Where { get; }

    /// <summary>The names of all packages in it.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Reads an index.</summary>
    /// <param name="bytes">The uncompressed file.</param>
    /// <param name="architecture">The architecture of the image, as Debian calls it.</param>
    /// <param name="where">Where it came from, for errors.</param>
    public static PackageIndex Read(byte[] bytes, string architecture, string where)
    {
        var index = new PackageIndex(bytes, architecture, where);
        for (var start = 0; start < bytes.Length; )
        {
            var length = bytes.AsSpan(start).IndexOf("\n\n"u8) is var end and >= 0 ? end + 1 : bytes.Length - start;
            index.Add(start, length);
            start += length + 1;
        }

        return index;
    }

    /// <summary>All versions of a package, in the order of the file.</summary>
    public IEnumerable<PackageRecord> Find(string name) =>
        _byName.TryGetValue(name, out var places) ? places.Select(RecordAt) : [];

    /// <summary>The names of the packages of which some version provides the name, in the order of the file.</summary>
    public IReadOnlyList<string> ProvidersOf(string name) => _providers.TryGetValue(name, out var names) ? names : [];

    /// <summary>
    /// Where in the file the package is first spoken of, be it by its own stanza or by a relation of another; -1 for
    /// nowhere.
    /// </summary>
    public int FirstMention(string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        for (var at = 0; ; )
        {
            var found = _bytes.AsSpan(at).IndexOf(wanted);
            if (found < 0)
                return -1;
            at += found;
            if (!IsNameByte(at - 1) && !IsNameByte(at + wanted.Length) && IsInRelation(at))
                return at;
            at += wanted.Length;
        }
    }

    private void Add(int start, int length)
    {
        var stanza = _bytes.AsSpan(start, length);
        if (FieldOf(stanza, "\nPackage:"u8, "Package:"u8) is not { } name)
            return;
        if (!_byName.TryGetValue(name, out var places))
            _byName.Add(name, places = []);
        places.Add(start..(start + length));
        if (FieldOf(stanza, "\nProvides:"u8, []) is not { } provides)
            return;
        foreach (
            var provided in Dependency.ParseList(provides, _architecture).SelectMany(relation => relation.Alternatives)
        )
        {
            if (!_providers.TryGetValue(provided.Name, out var providers))
                _providers.Add(provided.Name, providers = []);
            if (!providers.Contains(name))
                providers.Add(name);
        }
    }

    private PackageRecord RecordAt(Range place)
    {
        var start = place.Start.Value;
        if (!_records.TryGetValue(start, out var record))
        {
            var stanza = Deb822.Read(Encoding.UTF8.GetString(_bytes.AsSpan(place)), Where).First();
            _records.Add(start, record = new PackageRecord(stanza, _architecture, Where));
        }

        return record;
    }

    private static string? FieldOf(ReadOnlySpan<byte> stanza, ReadOnlySpan<byte> name, ReadOnlySpan<byte> atStart)
    {
        var start =
            !atStart.IsEmpty && stanza.StartsWith(atStart) ? atStart.Length
            : stanza.IndexOf(name) is var found and >= 0 ? found + name.Length
            : -1;
        if (start < 0)
            return null;
        var value = stanza[start..];
        var end = value.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? value : value[..end]).Trim();
    }

    private bool IsNameByte(int at) =>
        at >= 0
        && at < _bytes.Length
        && (char.IsAsciiLetterOrDigit((char)_bytes[at]) || _bytes[at] is (byte)'-' or (byte)'+' or (byte)'.');

    private bool IsInRelation(int at)
    {
        var line = _bytes.AsSpan(_bytes.AsSpan(0, at).LastIndexOf((byte)'\n') + 1);
        return line.StartsWith("Package:"u8)
            || line.StartsWith("Depends:"u8)
            || line.StartsWith("Pre-Depends:"u8)
            || line.StartsWith("Provides:"u8)
            || line.StartsWith("Conflicts:"u8)
            || line.StartsWith("Breaks:"u8)
            || line.StartsWith("Recommends:"u8)
            || line.StartsWith("Suggests:"u8)
            || line.StartsWith("Replaces:"u8)
            || line.StartsWith("Enhances:"u8);
    }
}
