using Containerize.Diagnostics;

namespace Containerize.Packages.Formats;

/// <summary>
/// The version of a Debian package, <c>[epoch:]upstream[-revision]</c>, in the order that dpkg has
/// (Debian Policy 5.6.12; deb-version(7)).
/// </summary>
public sealed class DebianVersion : IComparable<DebianVersion>, IEquatable<DebianVersion>
{
    private readonly uint _epoch;
    private readonly string _upstream;
    private readonly string _revision;

    private DebianVersion(string text, uint epoch, string upstream, string revision) =>
        (Text, _epoch, _upstream, _revision) = (text, epoch, upstream, revision);

    /// <summary>The version as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a version; blanks around it do not count.</summary>
    /// <exception cref="ContainerizeException">CTZ0078 when it is empty, has a blank or an epoch that is no
    /// number.</exception>
    public static DebianVersion Parse(string text)
    {
        var trimmed = text.Trim();
        var colon = trimmed.IndexOf(':', StringComparison.Ordinal);
        var epoch = 0u;
        var rest = trimmed[(colon + 1)..];
        if (
            rest.Length == 0
            || rest.AsSpan().ContainsAny(' ', '\t', '\n')
            || (
                colon >= 0
                && !uint.TryParse(trimmed.AsSpan(0, colon), System.Globalization.NumberStyles.None, null, out epoch)
            )
        )
            throw new ContainerizeException(
                DiagnosticTable.PackageIndexInvalid,
                $"'{text}' is not the version of a Debian package."
            );
        var dash = rest.LastIndexOf('-');
        return dash < 0 ? new(trimmed, epoch, rest, "") : new(trimmed, epoch, rest[..dash], rest[(dash + 1)..]);
    }

    public int CompareTo(DebianVersion? other)
    {
        if (other is null)
            return 1;
        if (_epoch != other._epoch)
            return _epoch.CompareTo(other._epoch);
        var upstream = ComparePart(_upstream, other._upstream);
        return upstream != 0 ? upstream : ComparePart(_revision, other._revision);
    }

    /// <summary>Whether the order sees no difference: <c>1.0</c>, <c>0:1.0</c> and <c>1.00-0</c> are equal.</summary>
    public bool Equals(DebianVersion? other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is DebianVersion other && Equals(other);

    // Equal versions can be written differently (1.0, 1.00), so that only the epoch is sure to be the same.
    public override int GetHashCode() => _epoch.GetHashCode();

    public override string ToString() => Text;

    public static bool operator ==(DebianVersion? left, DebianVersion? right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(DebianVersion? left, DebianVersion? right) => !(left == right);

    public static bool operator <(DebianVersion left, DebianVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(DebianVersion left, DebianVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(DebianVersion left, DebianVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DebianVersion left, DebianVersion right) => left.CompareTo(right) >= 0;

    private static int ComparePart(string left, string right)
    {
        int i = 0,
            j = 0;
        while (i < left.Length || j < right.Length)
        {
            while (
                (i < left.Length && !char.IsAsciiDigit(left[i])) || (j < right.Length && !char.IsAsciiDigit(right[j]))
            )
            {
                var difference = Rank(left, i) - Rank(right, j);
                if (difference != 0)
                    return difference;
                i++;
                j++;
            }

            var digits = CompareDigits(TakeDigits(left, ref i), TakeDigits(right, ref j));
            if (digits != 0)
                return digits;
        }

        return 0;
    }

    // A tilde sorts before everything, even the end of the part; letters sort before all other characters.
    private static int Rank(string part, int at) =>
        at >= part.Length || char.IsAsciiDigit(part[at]) ? 0
        : part[at] == '~' ? -1
        : char.IsAsciiLetter(part[at]) ? part[at]
        : part[at] + 256;

    private static ReadOnlySpan<char> TakeDigits(string part, ref int at)
    {
        var start = at;
        while (at < part.Length && char.IsAsciiDigit(part[at]))
            at++;
        return part.AsSpan(Math.Min(start, part.Length)..Math.Min(at, part.Length)).TrimStart('0');
    }

    // No length is too long for a number of a version, so that they are compared as text without leading zeros.
    private static int CompareDigits(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
}
