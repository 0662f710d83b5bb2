using System.Buffers.Binary;

namespace Containerize.Entries;

/// <summary>
/// What a file is by its first bytes: whether it is a program, so that modes do not depend on the host or on NuGet, and
/// whether it is an assembly, whose time is the image's.
/// </summary>
/// <param name="IsProgram">Whether it begins as ELF, Mach-O or with <c>#!</c>.</param>
/// <param name="IsAssembly">Whether it is a PE file with a CLI header (ECMA-335, II.25.3.3).</param>
internal readonly record struct FileKind(bool IsProgram, bool IsAssembly)
{
    /// <summary><c>rwxr-xr-x</c>: folders, programs and shared objects.</summary>
    public const int ExecutableMode = 0b111_101_101;

    /// <summary><c>rw-r--r--</c>: everything else.</summary>
    public const int PlainMode = 0b110_100_100;

    // All linkers write the headers of an assembly into its first few hundred bytes.
    private const int Looked = 1024;

    /// <summary>The mode of a file of this kind.</summary>
    public int Mode => IsProgram ? ExecutableMode : PlainMode;

    /// <summary>The mode of a file with this content: 0755 for ELF, Mach-O and <c>#!</c>, 0644 for all else.</summary>
    public static int ModeOf(FileContent content) => Of(content).Mode;

    /// <summary>Reads the start of a file and says what it is.</summary>
    public static FileKind Of(FileContent content)
    {
        Span<byte> first = stackalloc byte[Looked];
        using var stream = content.Open();
        first = first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        return new FileKind(BeginsAsProgram(first), HasCliHeader(first));
    }

    private static bool BeginsAsProgram(ReadOnlySpan<byte> first) =>
        first.StartsWith("#!"u8)
        || (
            first.Length >= 4
            && BinaryPrimitives.ReadUInt32BigEndian(first)
                is 0x7F454C46 // ELF
                    or 0xFEEDFACE
                    or 0xFEEDFACF
                    or 0xCEFAEDFE
                    or 0xCFFAEDFE // Mach-O of both widths and byte orders
                    or 0xCAFEBABE
        ); // a Mach-O with several architectures; Java's classes begin alike and do not mind

    // The PE format, "Optional Header Data Directories": the fifteenth is the CLI header. It comes 96 or, with 64-bit
    // addresses, 112 bytes after the start of the optional header, which follows a signature and a header of 20 bytes.
    private static bool HasCliHeader(ReadOnlySpan<byte> first)
    {
        const int OffsetOfHeader = 0x3C,
            CliHeader = 14,
            DirectorySize = 8;
        if (!first.StartsWith("MZ"u8) || first.Length < OffsetOfHeader + 4)
            return false;
        var start = BinaryPrimitives.ReadUInt32LittleEndian(first[OffsetOfHeader..]);
        if (start > Looked || first.Length < start + 26 || !first[(int)start..].StartsWith("PE\0\0"u8))
            return false;
        var optional = first[((int)start + 24)..];
        var directories = BinaryPrimitives.ReadUInt16LittleEndian(optional) == 0x20B ? 112 : 96;
        var entry = directories + (CliHeader * DirectorySize);
        return optional.Length >= entry + DirectorySize
            && BinaryPrimitives.ReadUInt32LittleEndian(optional[(directories - 4)..]) > CliHeader
            && BinaryPrimitives.ReadUInt32LittleEndian(optional[entry..]) != 0;
    }
}
