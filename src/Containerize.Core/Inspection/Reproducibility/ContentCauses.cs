using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Containerize.Inspection.Reproducibility;

/// <summary>Tells why the content of a file differs between two builds.</summary>
internal static class ContentCauses
{
    private const int Shown = 8;
    private const int MostPaired = 100;

    /// <summary>The cause, or from which byte on they differ.</summary>
    public static string Of(byte[] first, byte[] second, BuildTraces traces)
    {
        var at = first.AsSpan().CommonPrefixLength(second);
        return OfSources(first, second, traces)
            ?? OfTexts(first, second, traces)
            ?? OfCompressed(first, second, traces)
            ?? (
                AssemblyParts.DifferInIdAlone(first, second)
                    ? "has another module id (MVID) and is otherwise the same: "
                        + (
                            AssemblyParts.IsDeterministic(first)
                                ? "the id follows from its symbols, which differ"
                                : "it was compiled without Deterministic"
                        )
                    : null
            )
            ?? (
                IsTime(first, at, traces) && IsTime(second, at, traces)
                    ? string.Create(CultureInfo.InvariantCulture, $"holds the time of the build at byte {at}")
                    : null
            )
            ?? string.Create(
                CultureInfo.InvariantCulture,
                $"differs from byte {at} on, for no reason that is known: {Show(first, at)} and {Show(second, at)}"
            );
    }

    // A generated source that differs is the cause of all else that differs in its assembly and symbols.
    private static string? OfSources(byte[] first, byte[] second, BuildTraces traces)
    {
        var others = EmbeddedSources
            .Of(second)
            .ToLookup(source => source.Name, source => source.Content, StringComparer.Ordinal);
        return EmbeddedSources
            .Of(first)
            .Where(source => others.Contains(source.Name))
            .Select(source => (source.Name, Before: source.Content, After: others[source.Name].First()))
            .Where(source => !source.Before.AsSpan().SequenceEqual(source.After))
            .Select(source =>
                $"has the generated source '{source.Name}', which {Of(source.Before, source.After, traces)}"
            )
            .FirstOrDefault();
    }

    private static string? OfTexts(byte[] first, byte[] second, BuildTraces traces)
    {
        var (one, other) = (AsciiStrings.Of(first).ToList(), AsciiStrings.Of(second).ToList());
        if (
            one.Concat(other).Select(text => TextCauses.Path(text, traces)).FirstOrDefault(path => path is not null) is
            { } path
        )
            return $"holds the path '{path}' of the build";
        var (only, others) = (one.Except(other).ToList(), other.Except(one).ToList());
        // Bytes that are no text may look like one in one of the two only, and so the next ones do not pair.
        return only.Zip(others)
            .Concat(
                only.Take(MostPaired)
                    .SelectMany(_ => others.Take(MostPaired), (text, with) => (First: text, Second: with))
            )
            .Select(pair => TextCauses.Of(pair.First, pair.Second, traces))
            .FirstOrDefault(cause => cause is not null);
    }

    private static string? OfCompressed(byte[] first, byte[] second, BuildTraces traces)
    {
        if (Decompress(first) is not { } one || Decompress(second) is not { } other)
            return null;
        return one.AsSpan().SequenceEqual(other)
            ? "is the same when decompressed: its compressor writes the time or is another"
            : "decompressed " + Of(one, other, traces);
    }

    private static byte[]? Decompress(byte[] bytes)
    {
        if (bytes is not [0x1F, 0x8B, ..])
            return null;
        try
        {
            using var plain = new MemoryStream();
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // A time in big-endian order: clocks of two builds differ only in its last bytes, so its first bytes are equal.
    private static bool IsTime(byte[] bytes, int at, BuildTraces traces)
    {
        for (var start = Math.Max(0, at - 7); start <= at && start + 4 <= bytes.Length; start++)
        {
            var part = bytes.AsSpan(start);
            if (
                traces.ContainsUnixTime(BinaryPrimitives.ReadUInt32LittleEndian(part))
                || traces.ContainsUnixTime(BinaryPrimitives.ReadUInt32BigEndian(part))
            )
                return true;
            if (
                part.Length >= 8
                && BinaryPrimitives.ReadInt64LittleEndian(part) is var ticks and > 0
                && ticks <= DateTime.MaxValue.Ticks
                && traces.Contains(new DateTimeOffset(ticks, TimeSpan.Zero))
            )
                return true;
        }

        return false;
    }

    private static string Show(byte[] bytes, int at)
    {
        var part = bytes.AsSpan(at, Math.Min(Shown, bytes.Length - at));
        return part.IsEmpty ? "its end" : Convert.ToHexStringLower(part);
    }
}
