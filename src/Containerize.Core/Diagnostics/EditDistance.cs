namespace Containerize.Diagnostics;

/// <summary>How many letters must be put in, taken out or changed to make one name of another (Levenshtein's
/// distance).</summary>
internal static class EditDistance
{
    /// <summary>The distance, or some number above <paramref name="limit"/> as soon as it is sure to be more.</summary>
    public static int Between(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
            return limit + 1;
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
            if (previous.Min() > limit)
                return limit + 1;
        }

        return previous[right.Length];
    }
}
