using System.Collections.Immutable;
using System.Text;

namespace Containerize.Entries;

/// <summary>The libraries that native code of Linux loads (ELF's gABI, chapter 5).</summary>
internal static class ElfLibraries
{
    private const int MostHeaders = 512;
    private const int MostDynamicBytes = 1 << 16;
    private const int LongestName = 256;

    private const uint PtLoad = 1;
    private const uint PtDynamic = 2;
    private const ulong DtNeeded = 1;
    private const ulong DtStringTable = 5;

    /// <summary>The names under which the dynamic loader looks for what the file is linked with.</summary>
    /// <param name="stream">The file; it is read at several places.</param>
    /// <returns>The names; empty for a static program, and for a damaged one, which no loader would start. Null for a
    /// file that is not of ELF.</returns>
    public static ImmutableArray<string>? Read(Stream stream)
    {
        if (At(stream, 0, 64) is not { Length: 64 } head || !head.AsSpan().StartsWith("\u007FELF"u8))
            return null;
        var form = new Form(head[4] == 2, head[5] == 2);
        var (table, size, count) = form.Is64
            ? (form.Word(head, 32), form.Half(head, 54), form.Half(head, 56))
            : (form.Word(head, 28), form.Half(head, 42), form.Half(head, 44));
        List<(ulong Address, ulong Offset, ulong Length)> loaded = [];
        (ulong Offset, ulong Length)? dynamic = null;
        for (var i = 0ul; i < Math.Min(count, MostHeaders); i++)
        {
            if (At(stream, table + (i * size), form.Is64 ? 56 : 32) is not { } header)
                return [];
            var offset = form.Word(header, form.Is64 ? 8 : 4);
            var address = form.Word(header, form.Is64 ? 16 : 8);
            var length = form.Word(header, form.Is64 ? 32 : 16);
            switch (ProgramFile.Number(header, 4, form.IsBig))
            {
                case PtLoad:
                    loaded.Add((address, offset, length));
                    break;
                case PtDynamic:
                    dynamic = (offset, length);
                    break;
            }
        }

        return dynamic is { } section ? Names(stream, form, section, loaded) : [];
    }

    private static ImmutableArray<string> Names(
        Stream stream,
        Form form,
        (ulong Offset, ulong Length) section,
        List<(ulong Address, ulong Offset, ulong Length)> loaded
    )
    {
        var step = form.Is64 ? 8 : 4;
        if (At(stream, section.Offset, (int)Math.Min(section.Length, MostDynamicBytes)) is not { } bytes)
            return [];
        List<ulong> names = [];
        ulong? strings = null;
        for (var at = 0; at + (2 * step) <= bytes.Length; at += 2 * step)
        {
            var value = form.Word(bytes, at + step);
            switch (form.Word(bytes, at))
            {
                case DtNeeded:
                    names.Add(value);
                    break;
                case DtStringTable:
                    strings = value;
                    break;
            }
        }

        var place = loaded.Find(part => strings >= part.Address && strings - part.Address < part.Length);
        if (strings is not { } start || place.Length == 0)
            return [];
        var texts = place.Offset + (start - place.Address);
        return [.. names.Select(name => Text(stream, texts + name)).Where(name => name.Length > 0)];
    }

    private static string Text(Stream stream, ulong offset)
    {
        var bytes = At(stream, offset, LongestName, atLeast: 1) ?? [];
        var end = Array.IndexOf(bytes, (byte)0);
        return end > 0 ? Encoding.UTF8.GetString(bytes, 0, end) : "";
    }

    // Null for what lies outside of the file: a program that lies about itself has no libraries.
    private static byte[]? At(Stream stream, ulong offset, int length, int? atLeast = null)
    {
        if (offset >= (ulong)stream.Length)
            return null;
        stream.Position = (long)offset;
        var bytes = new byte[length];
        var read = stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
        return read == length ? bytes
            : read >= (atLeast ?? length) ? bytes[..read]
            : null;
    }

    private readonly record struct Form(bool Is64, bool IsBig)
    {
        public ulong Word(byte[] bytes, int at) => ProgramFile.Number(bytes.AsSpan(at), Is64 ? 8 : 4, IsBig);

        public ulong Half(byte[] bytes, int at) => ProgramFile.Number(bytes.AsSpan(at), 2, IsBig);
    }
}
