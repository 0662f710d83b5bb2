using System.Buffers.Binary;
using System.Text;

namespace Containerize.Core.Tests.Publishing.Bases;

/// <summary>Heads of programs, as short as the formats allow.</summary>
internal static class Heads
{
    public const string Glibc = "/lib64/ld-linux-x86-64.so.2";
    public const string Musl = "/lib/ld-musl-x86_64.so.1";

    /// <summary>An ELF file with one program header before the one that names the loader.</summary>
    public static byte[] Elf(int machine, string? loader, bool is64 = true, bool isBig = false)
    {
        var bytes = new byte[256];
        byte[] ident = [0x7F, (byte)'E', (byte)'L', (byte)'F', (byte)(is64 ? 2 : 1), (byte)(isBig ? 2 : 1), 1];
        ident.CopyTo(bytes, 0);
        var (table, size) = (64, is64 ? 56 : 32);
        Write(18, 2, (ulong)machine);
        Write(is64 ? 32 : 28, is64 ? 8 : 4, (ulong)table);
        Write(is64 ? 54 : 42, 2, (ulong)size);
        Write(is64 ? 56 : 44, 2, loader is null ? 1ul : 2ul);
        Write(table, 4, 1);
        if (loader is null)
            return bytes;
        var header = table + size;
        Write(header, 4, 3);
        Write(header + (is64 ? 8 : 4), is64 ? 8 : 4, 200);
        Write(header + (is64 ? 32 : 16), is64 ? 8 : 4, (ulong)loader.Length + 1);
        Encoding.ASCII.GetBytes(loader).CopyTo(bytes, 200);
        return bytes;

        void Write(int at, int length, ulong value) => Put(bytes, at, length, value, isBig);
    }

    /// <summary>An ELF file that is linked with libraries; it is loaded one page above where it lies.</summary>
    /// <param name="libraries">Their names.</param>
    /// <param name="is64">Whether it is of 64 bits.</param>
    /// <param name="isBig">Whether numbers begin with their highest byte.</param>
    public static byte[] Linked(IEnumerable<string> libraries, bool is64 = true, bool isBig = false)
    {
        const int Page = 4096;
        var (bytes, word) = (new byte[2 * Page], is64 ? 8 : 4);
        var (strings, dynamic, table, size) = (1024, 512, 64, is64 ? 56 : 32);
        Elf(is64 ? 62 : 3, null, is64, isBig)[..64].CopyTo(bytes, 0);
        Write(is64 ? 56 : 44, 2, 2);
        Part(table, type: 1, offset: 0, bytes.Length);
        Part(table + size, type: 2, dynamic, 256);
        var (entry, at) = (dynamic, strings + 1);
        foreach (var name in libraries)
        {
            Entry(1, at - strings);
            Encoding.ASCII.GetBytes(name).CopyTo(bytes, at);
            at += name.Length + 1;
        }

        Entry(5, Page + strings);
        return bytes;

        void Part(int header, ulong type, int offset, int length)
        {
            Write(header, 4, type);
            Write(header + (is64 ? 8 : 4), word, (ulong)offset);
            Write(header + (is64 ? 16 : 8), word, (ulong)(Page + offset));
            Write(header + (is64 ? 32 : 16), word, (ulong)length);
        }

        void Entry(ulong tag, int value)
        {
            Write(entry, word, tag);
            Write(entry + word, word, (ulong)value);
            entry += 2 * word;
        }

        void Write(int place, int length, ulong value) => Put(bytes, place, length, value, isBig);
    }

    private static void Put(byte[] bytes, int at, int length, ulong value, bool isBig)
    {
        for (var i = 0; i < length; i++)
            bytes[at + i] = (byte)(value >> (8 * (isBig ? length - 1 - i : i)));
    }

    /// <summary>A PE file, with or without the header of an assembly.</summary>
    public static byte[] Pe(int machine, bool isManaged, bool isPlus = true)
    {
        var bytes = new byte[512];
        "MZ"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(0x3C), 128);
        "PE\0\0"u8.CopyTo(bytes.AsSpan(128));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(132), (ushort)machine);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(152), (ushort)(isPlus ? 0x20B : 0x10B));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(152 + (isPlus ? 224 : 208)), isManaged ? 0x2000 : 0);
        return bytes;
    }
}
