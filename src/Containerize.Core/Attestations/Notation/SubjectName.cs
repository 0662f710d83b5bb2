using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Containerize.Attestations.Notation;

/// <summary>
/// Whom a certificate is for, as a trust policy compares it: one value for each attribute (RFC 4514;
/// notaryproject/specifications, trust-store-trust-policy.md, "Trusted Identities Constraints").
/// </summary>
/// <param name="Attributes">Values by the short name of the attribute, or by its object identifier.</param>
internal sealed record SubjectName(ImmutableSortedDictionary<string, string> Attributes)
{
    private static readonly string[] Required = ["C", "ST", "O"];

    // RFC 4514, 3, and those that Go writes by name.
    private static readonly ImmutableDictionary<string, string> ShortNames = new Dictionary<string, string>
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.5"] = "SERIALNUMBER",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["2.5.4.17"] = "POSTALCODE",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["0.9.2342.19200300.100.1.1"] = "UID",
    }.ToImmutableDictionary();

    /// <summary>Reads a name such as <c>C=US, ST=WA, O=Acme</c>.</summary>
    /// <returns>Null for a text that is no name, has an attribute twice or lacks C, ST or O.</returns>
    public static SubjectName? TryParse(string text)
    {
        var pairs = new List<(string Type, string Value)>();
        for (var at = 0; at <= text.Length; )
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0 || ReadValue(text, equals + 1) is not var (value, end))
                return null;
            pairs.Add((text[at..equals].Trim().ToUpperInvariant(), value));
            at = end + 1;
        }

        return Create(pairs);
    }

    /// <summary>The name that a certificate is for.</summary>
    /// <returns>Null for one that no trust policy can name.</returns>
    public static SubjectName? Of(X500DistinguishedName name)
    {
        try
        {
            var parts = name.EnumerateRelativeDistinguishedNames(reversed: false).ToList();
            return parts.Exists(part => part.HasMultipleElements)
                ? null
                : Create(
                    parts.Select(part =>
                    {
                        var type = part.GetSingleElementType().Value!;
                        return (ShortNames.GetValueOrDefault(type, type), part.GetSingleElementValue() ?? "");
                    })
                );
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether another name has all attributes of this one.</summary>
    public bool IsPartOf(SubjectName other) =>
        Attributes.All(pair => other.Attributes.GetValueOrDefault(pair.Key) == pair.Value);

    private static SubjectName? Create(IEnumerable<(string Type, string Value)> pairs)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (type, value) in pairs)
        {
            if (type.Length == 0 || value.Length == 0 || !all.TryAdd(type == "S" ? "ST" : type, value))
                return null;
        }

        return Array.TrueForAll(Required, all.ContainsKey)
            ? new(all.ToImmutableSortedDictionary(StringComparer.Ordinal))
            : null;
    }

    // RFC 4514, 3: up to a comma that is not escaped. A plus sign begins a second attribute, which is not supported,
    // and so does '#' a value in BER.
    private static (string Value, int End)? ReadValue(string text, int start)
    {
        var (bytes, kept, at) = (new List<byte>(), 0, start);
        while (at < text.Length && text[at] == ' ')
            at++;
        if (at < text.Length && text[at] == '#')
            return null;
        for (; at < text.Length && text[at] != ','; at++)
        {
            if (text[at] is '+' or ';' or '"' or '<' or '>' or '\0')
                return null;
            if (text[at] != '\\')
            {
                var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(at, length)));
                // Blanks at the end belong to the value only where they are escaped.
                kept = text[at] == ' ' ? kept : bytes.Count;
                at += length - 1;
                continue;
            }

            if (at + 1 >= text.Length)
                return null;
            if (" \"#+,;<=>\\".Contains(text[at + 1], StringComparison.Ordinal))
                bytes.Add((byte)text[++at]);
            else if (at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(at + 1, 2), 16));
                at += 2;
            }
            else
                return null;
            kept = bytes.Count;
        }

        return (Encoding.UTF8.GetString([.. bytes.Take(kept)]), at);
    }
}
