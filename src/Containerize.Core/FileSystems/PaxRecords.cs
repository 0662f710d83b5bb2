using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Containerize.FileSystems;

/// <summary>
/// The records that stand before an entry: PAX's (POSIX.1-2001) and GNU's long names, which say the same. Values are bytes:
/// those of extended attributes are no text.
/// </summary>
internal sealed class PaxRecords
{
    private const string AttributePrefix = "SCHILY.xattr.";

    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    /// <summary>The extended attributes among them.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> ExtendedAttributes => _values
        .Where(record => record.Key.StartsWith(AttributePrefix, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(record => record.Key[AttributePrefix.Length..], record => ImmutableArray.Create(record.Value), StringComparer.Ordinal);

    /// <summary>Whether a record says that the entry has holes, which its content then is a description of.</summary>
    public bool IsSparse => _values.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal));

    /// <summary>Whether a record holds an access list, as GNU tar writes it.</summary>
    public bool HasAccessList => _values.Keys.Any(key => key.StartsWith("SCHILY.acl.", StringComparison.Ordinal));

    public void Set(string key, ReadOnlySpan<byte> value) => _values[key] = value.ToArray();

    /// <summary>Takes in the content of a PAX header: <c>LENGTH KEY=VALUE</c> and a line break for each record.</summary>
    /// <exception cref="InvalidDataException">For what has another shape.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var space = bytes.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(bytes[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length > bytes.Length || length < space + 3 || bytes[length - 1] != '\n')
                throw new InvalidDataException("a PAX record has no valid length");
            var record = bytes[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw new InvalidDataException("a PAX record has no key");
            Set(Encoding.UTF8.GetString(record[..equals]), record[(equals + 1)..]);
            bytes = bytes[length..];
        }
    }

    /// <summary>The text of a record; the other where there is none. An empty value takes the header's away, too.</summary>
    public string Text(string key, string other) => _values.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : other;

    /// <summary>The whole number of a record; the other where there is none.</summary>
    /// <exception cref="InvalidDataException">For what is no number.</exception>
    public long Number(string key, long other)
    {
        if (!_values.TryGetValue(key, out var value))
            return other;
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidDataException($"the PAX record '{key}' is no number");
    }

    /// <summary>The seconds of a record, with their fraction; the other where there is none.</summary>
    /// <exception cref="InvalidDataException">For what is no number.</exception>
    public decimal Seconds(string key, decimal other)
    {
        if (!_values.TryGetValue(key, out var value))
            return other;
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(value, Decimal, CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidDataException($"the PAX record '{key}' is no number");
    }
}
