using System.Buffers.Binary;

namespace Containerize.Layers;

/// <summary>Tells programs from other files by their first bytes, so that modes do not depend on the host or on NuGet.</summary>
internal static class FileKind
{
    /// <summary><c>rwxr-xr-x</c>: folders, programs and shared objects.</summary>
    public const int ExecutableMode = 0b111_101_101;

    /// <summary><c>rw-r--r--</c>: everything else.</summary>
    public const int PlainMode = 0b110_100_100;

    /// <summary>The mode of a file with this content: 0755 for ELF, Mach-O and <c>#!</c>, 0644 for all else.</summary>
    public static int ModeOf(FileContent content)
    {
        Span<byte> first = stackalloc byte[4];
        using var stream = content.Open();
        var read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        return IsProgram(first[..read]) ? ExecutableMode : PlainMode;
    }

    private static bool IsProgram(ReadOnlySpan<byte> first) => first.StartsWith("#!"u8)
        || (first.Length == 4 && BinaryPrimitives.ReadUInt32BigEndian(first) is
            0x7F454C46 // ELF
            or 0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE // Mach-O of both widths and byte orders
            or 0xCAFEBABE); // a Mach-O with several architectures; Java's classes begin alike and do not mind
}
