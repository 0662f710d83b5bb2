using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.Tar;

/// <summary>
/// The records of one PAX header (POSIX.1-2001) that mean something here. Values are bytes: those of extended
/// attributes are no text. The limits are Linux's (path_resolution(7), xattr(7)); they are checked before a value is
/// copied.
/// </summary>
internal sealed class PaxRecords
{
    /// <summary>The most bytes of an extended attribute's name (XATTR_NAME_MAX).</summary>
    public const int MostAttributeName = 255;

    /// <summary>The most bytes of an extended attribute's value (XATTR_SIZE_MAX).</summary>
    public const int MostAttributeValue = 64 << 10;

    /// <summary>The most bytes of the names of a file's extended attributes, each with a NUL
    /// (XATTR_LIST_MAX).</summary>
    public const int MostAttributeNames = 64 << 10;

    private const string AttributePrefix = "SCHILY.xattr.";

    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly ImmutableSortedDictionary<string, ImmutableArray<byte>>.Builder _attributes =
        LayerEntry.NoAttributes.ToBuilder();
    private int _attributeNames;

    private PaxRecords() { }

    /// <summary>What an entry without a PAX header has.</summary>
    public static PaxRecords None { get; } = new();

    /// <summary>The extended attributes among the records.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> ExtendedAttributes =>
        _attributes.Count == 0 ? LayerEntry.NoAttributes : _attributes.ToImmutable();

    /// <summary>Whether a record says that the entry has holes, which its content then is a description of.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>Whether a record holds an access list, as GNU tar writes it.</summary>
    public bool HasAccessList { get; private set; }

    /// <summary>Reads the content of a PAX header: <c>LENGTH KEY=VALUE</c> and a line break for each record.</summary>
    /// <exception cref="InvalidDataException">For what has another shape, or a value that Linux does not
    /// take.</exception>
    public static PaxRecords Parse(ReadOnlySpan<byte> bytes)
    {
        var records = new PaxRecords();
        while (bytes.Length > 0)
        {
            var space = bytes.IndexOf((byte)' ');
            if (
                space <= 0
                || !int.TryParse(bytes[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length > bytes.Length
                || length < space + 3
                || bytes[length - 1] != '\n'
            )
                throw new InvalidDataException("a PAX record has no valid length");
            var record = bytes[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw new InvalidDataException("a PAX record has no key");
            records.Add(record[..equals], record[(equals + 1)..]);
            bytes = bytes[length..];
        }

        return records;
    }

    /// <summary>The text of a record; null where there is none. An empty one counts as none, as in Go's
    /// archive/tar.</summary>
    public string? Text(string key) => Value(key) is { } value ? NameBytes.Decode(value) : null;

    /// <summary>The whole number of a record; the other where there is none.</summary>
    /// <exception cref="InvalidDataException">For anything but a number.</exception>
    public long Number(string key, long other)
    {
        if (Value(key) is not { } value)
            return other;
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"the PAX record '{key}' is no number");
    }

    /// <summary>The seconds of a record, with their fraction; the other where there is none.</summary>
    /// <exception cref="InvalidDataException">For anything but a number.</exception>
    public decimal Seconds(string key, decimal other)
    {
        if (Value(key) is not { } value)
            return other;
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(value, Decimal, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"the PAX record '{key}' is no number");
    }

    private byte[]? Value(string key) => _values.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    private void Add(ReadOnlySpan<byte> keyBytes, ReadOnlySpan<byte> value)
    {
        var key = NameBytes.Decode(keyBytes);
        if (key.StartsWith(AttributePrefix, StringComparison.Ordinal))
        {
            AddAttribute(key[AttributePrefix.Length..], keyBytes.Length - AttributePrefix.Length, value);
            return;
        }

        IsSparse |= key.StartsWith("GNU.sparse.", StringComparison.Ordinal);
        HasAccessList |= key.StartsWith("SCHILY.acl.", StringComparison.Ordinal);
        if (key is "path" or "linkpath")
            TarItemReader.CheckPath(value);
        else if (key is not ("size" or "uid" or "gid" or "mtime"))
            return;
        _values[key] = value.ToArray();
    }

    private void AddAttribute(string name, int length, ReadOnlySpan<byte> value)
    {
        if (length is 0 or > MostAttributeName || name.Contains('\0', StringComparison.Ordinal))
            throw new InvalidDataException(
                $"an extended attribute has a name of {length} bytes or with a NUL, "
                    + $"and 1 to {MostAttributeName} is what Linux takes"
            );
        if (value.Length > MostAttributeValue)
            throw new InvalidDataException(
                $"the extended attribute '{name}' has {value.Length} bytes, "
                    + $"and {MostAttributeValue} is the most that Linux takes"
            );
        if (!_attributes.ContainsKey(name) && (_attributeNames += length + 1) > MostAttributeNames)
            throw new InvalidDataException(
                "an entry has extended attributes whose names have more than "
                    + $"{MostAttributeNames} bytes, the most that Linux takes"
            );
        _attributes[name] = [.. value];
    }
}
