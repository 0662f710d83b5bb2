using System.Buffers;
using System.Text;

namespace Containerize.Diagnostics;

/// <summary>
/// Names of files are bytes on Linux and in tars, and text here. A byte that is not part of valid UTF-8 is one char of
/// U+DC80 to U+DCFF, a low surrogate that no text has alone, so every name has its bytes back (as in Python's PEP 383).
/// </summary>
internal static class NameBytes
{
    private const char First = '\uDC80';
    private const char Last = '\uDCFF';

    private static readonly SearchValues<char> Surrogates = SearchValues.Create([
        .. Enumerable.Range(First, Last - First + 1).Select(letter => (char)letter),
    ]);

    /// <summary>The text that stands for some bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        Span<char> letters = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            if (isValid)
                text.Append(letters[..rune.EncodeToUtf16(letters)]);
            else
                foreach (var value in bytes[..length])
                    text.Append((char)(First - 0x80 + value));
            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes that a text stands for: its UTF-8, but for the chars that are bytes themselves.</summary>
    public static byte[] Encode(string text)
    {
        if (!MayHaveBytes(text))
            return Encoding.UTF8.GetBytes(text);
        var bytes = new List<byte>(text.Length * 2);
        Span<byte> encoded = stackalloc byte[4];
        for (var at = 0; at < text.Length; at++)
        {
            if (ByteAt(text, at) is { } value)
                bytes.Add(value);
            else if (Rune.TryGetRuneAt(text, at, out var rune))
            {
                bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
                at += rune.Utf16SequenceLength - 1;
            }
            else
                bytes.AddRange("\uFFFD"u8);
        }

        return [.. bytes];
    }

    /// <summary>The same with a NUL behind it, as calls of the system take it.</summary>
    public static byte[] EncodeForSystem(string text) => [.. Encode(text), 0];

    /// <summary>Whether a text holds bytes that are not UTF-8.</summary>
    public static bool HasBytes(string text) =>
        MayHaveBytes(text) && Enumerable.Range(0, text.Length).Any(at => ByteAt(text, at) is not null);

    /// <summary>A text for people: each byte that is not UTF-8 as <c>\xE9</c>.</summary>
    public static string Show(string text) =>
        !HasBytes(text)
            ? text
            : string.Concat(
                text.Select((letter, at) => ByteAt(text, at) is { } value ? $"\\x{value:X2}" : letter.ToString())
            );

    private static bool MayHaveBytes(string text) => text.AsSpan().ContainsAny(Surrogates);

    // The second half of a pair is a letter's.
    private static byte? ByteAt(string text, int at) =>
        text[at] is >= First and <= Last && (at == 0 || !char.IsHighSurrogate(text[at - 1]))
            ? (byte)(text[at] - First + 0x80)
            : null;
}
