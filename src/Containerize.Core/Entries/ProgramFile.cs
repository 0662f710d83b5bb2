using System.Buffers.Binary;
using System.Text;

namespace Containerize.Entries;

/// <summary>What the head of a native program says about where it runs (ELF's gABI, Microsoft's PE/COFF, Apple's
/// Mach-O).</summary>
/// <param name="Os"><c>linux</c>, <c>windows</c> or <c>macOS</c>.</param>
/// <param name="Architecture">Go's name of the processor, as platforms have it; null for one that no platform
/// has.</param>
/// <param name="Interpreter">The path of the dynamic loader that the program asks for; null for a static one and
/// outside of ELF.</param>
internal sealed record ProgramFile(string Os, string? Architecture, string? Interpreter)
{
    // The program headers follow the file header in every linker's output; longer headers need not be read.
    private const int HeadBytes = 64 * 1024;
    private const int LongestInterpreter = 4096;
    private const uint PtInterp = 3;

    /// <summary>Reads the head of a file.</summary>
    /// <param name="stream">The file from its start.</param>
    /// <returns>Null for a script, an assembly that <c>dotnet</c> runs, a damaged program and everything that is
    /// none.</returns>
    public static ProgramFile? Read(Stream stream)
    {
        var head = new byte[HeadBytes];
        ReadOnlySpan<byte> bytes = head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        if (bytes.Length < 64)
            return null;
        if (bytes.StartsWith("\u007FELF"u8))
            return ReadElf(bytes);
        if (bytes.StartsWith("MZ"u8))
            return ReadPe(bytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) is 0xFEEDFACF)
            return ReadMachO(bytes);
        return null;
    }

    private static ProgramFile ReadElf(ReadOnlySpan<byte> bytes)
    {
        var (is64, isBig) = (bytes[4] == 2, bytes[5] == 2);
        var architecture = Number(bytes[18..], 2, isBig) switch
        {
            3 => "386",
            21 => isBig ? null : "ppc64le",
            22 => "s390x",
            40 => "arm",
            62 => "amd64",
            183 => "arm64",
            243 => "riscv64",
            258 => "loong64",
            _ => null,
        };
        var table = Number(bytes[(is64 ? 32 : 28)..], is64 ? 8 : 4, isBig);
        var size = Number(bytes[(is64 ? 54 : 42)..], 2, isBig);
        var count = Number(bytes[(is64 ? 56 : 44)..], 2, isBig);
        return new ProgramFile("linux", architecture, Interpreted(bytes, is64, isBig, table, size, count));
    }

    private static string? Interpreted(
        ReadOnlySpan<byte> bytes,
        bool is64,
        bool isBig,
        ulong table,
        ulong size,
        ulong count
    )
    {
        for (var i = 0ul; i < count; i++)
        {
            if (Part(bytes, table + (i * size), is64 ? 56ul : 32ul) is not { IsEmpty: false } header)
                return null;
            if (Number(header, 4, isBig) != PtInterp)
                continue;
            var at = Number(header[(is64 ? 8 : 4)..], is64 ? 8 : 4, isBig);
            var length = Number(header[(is64 ? 32 : 16)..], is64 ? 8 : 4, isBig);
            return length <= LongestInterpreter ? Encoding.UTF8.GetString(Part(bytes, at, length)).TrimEnd('\0') : null;
        }

        return null;
    }

    // An assembly is a PE file, too; its CLR header tells it from a program that Windows runs itself.
    private static ProgramFile? ReadPe(ReadOnlySpan<byte> bytes)
    {
        var header = Part(bytes, Number(bytes[0x3C..], 4, isBig: false), 264);
        if (header.IsEmpty || !header.StartsWith("PE\0\0"u8))
            return null;
        var isPlus = Number(header[24..], 2, isBig: false) == 0x20B;
        if (Number(header[(24 + (isPlus ? 224 : 208))..], 4, isBig: false) != 0)
            return null;
        var architecture = Number(header[4..], 2, isBig: false) switch
        {
            0x14C => "386",
            0x8664 => "amd64",
            0xAA64 => "arm64",
            _ => null,
        };
        return new ProgramFile("windows", architecture, null);
    }

    private static ProgramFile ReadMachO(ReadOnlySpan<byte> bytes) =>
        new(
            "macOS",
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) switch
            {
                0x0100_0007 => "amd64",
                0x0100_000C => "arm64",
                _ => null,
            },
            null
        );

    // What lies outside of the head, or wraps around, is empty: a program that lies about itself is not judged.
    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, ulong at, ulong length) =>
        at <= (ulong)bytes.Length && length <= (ulong)bytes.Length - at ? bytes.Slice((int)at, (int)length) : default;

    /// <summary>A number of two, four or eight bytes, in either order.</summary>
    internal static ulong Number(ReadOnlySpan<byte> bytes, int size, bool isBig) =>
        (size, isBig) switch
        {
            (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (2, true) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (4, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (_, false) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            (_, true) => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
}
