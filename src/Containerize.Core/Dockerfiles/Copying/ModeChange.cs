using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Copying;

/// <summary>What <c>--chmod</c> does to a mode: sets it (<c>0755</c>), or changes it as chmod(1) does
/// (<c>u=rwX,go=rX</c>).</summary>
internal sealed class ModeChange
{
    private const int UserBits = 0b100_111_000_000;
    private const int GroupBits = 0b010_000_111_000;
    private const int OtherBits = 0b001_000_000_111;

    private readonly ImmutableArray<Func<int, bool, int>> _steps;

    private ModeChange(ImmutableArray<Func<int, bool, int>> steps) => _steps = steps;

    /// <summary>Reads a change; null for any other text.</summary>
    public static ModeChange? Parse(string text)
    {
        if (text.Length is > 0 and <= 5 && text.All(digit => digit is >= '0' and <= '7'))
            return Convert.ToInt32(text, 8) is var mode and <= 0b111_111_111_111
                ? new ModeChange([(_, _) => mode])
                : null;
        var steps = ImmutableArray.CreateBuilder<Func<int, bool, int>>();
        foreach (var clause in text.Split(','))
        {
            if (!TryParse(clause, steps))
                return null;
        }

        return new ModeChange(steps.ToImmutable());
    }

    /// <summary>The mode after the change.</summary>
    /// <param name="mode">The mode before.</param>
    /// <param name="isFolder">Whether it is a folder's, for which <c>X</c> counts.</param>
    public int Apply(int mode, bool isFolder) => _steps.Aggregate(mode, (soFar, step) => step(soFar, isFolder));

    private static bool TryParse(string clause, ImmutableArray<Func<int, bool, int>>.Builder steps)
    {
        var at = clause.AsSpan().IndexOfAny("+-=");
        if (at < 0 || clause[..at].Any(who => !"ugoa".Contains(who, StringComparison.Ordinal)))
            return false;
        var who = clause[..at] is { Length: > 0 } given ? given : "a";
        var mask = who.Aggregate(
            0,
            (bits, letter) =>
                bits
                | letter switch
                {
                    'u' => UserBits,
                    'g' => GroupBits,
                    'o' => OtherBits,
                    _ => UserBits | GroupBits | OtherBits,
                }
        );
        while (at < clause.Length)
        {
            var sign = clause[at++];
            var end = clause.AsSpan(at).IndexOfAny("+-=") is var next and >= 0 ? at + next : clause.Length;
            var letters = clause[at..end];
            if (letters.Any(letter => !"rwxXstugo".Contains(letter, StringComparison.Ordinal)))
                return false;
            steps.Add(
                (mode, isFolder) =>
                {
                    var bits = BitsOf(letters, mode, isFolder) & mask;
                    return sign switch
                    {
                        '+' => mode | bits,
                        '-' => mode & ~bits,
                        _ => (mode & ~mask) | bits,
                    };
                }
            );
            at = end;
        }

        return true;
    }

    private static int BitsOf(string letters, int mode, bool isFolder) =>
        letters.Aggregate(
            0,
            (bits, letter) =>
                bits
                | letter switch
                {
                    'r' => 0b100_100_100,
                    'w' => 0b010_010_010,
                    'x' => 0b001_001_001,
                    'X' => isFolder || (mode & 0b001_001_001) != 0 ? 0b001_001_001 : 0,
                    's' => 0b110_000_000_000,
                    't' => 0b001_000_000_000,
                    'u' => ((mode >> 6) & 7) * 0b001_001_001,
                    'g' => ((mode >> 3) & 7) * 0b001_001_001,
                    _ => (mode & 7) * 0b001_001_001,
                }
        );
}
