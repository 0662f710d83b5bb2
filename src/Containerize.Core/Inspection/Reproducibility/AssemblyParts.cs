using System.Reflection.PortableExecutable;

namespace Containerize.Inspection.Reproducibility;

/// <summary>What of an assembly follows from no source: ids and times that compilers and linkers write (ECMA-335,
/// PE/COFF).</summary>
internal static class AssemblyParts
{
    private const int CoffTime = 4;
    private const int PeCheckSum = 64;
    private const int DebugEntrySize = 28;

    /// <summary>Whether two assemblies are the same but for the module's id, the times, and the id of the
    /// symbols.</summary>
    public static bool DifferInIdAlone(byte[] first, byte[] second) =>
        first.Length == second.Length
        && WithoutIds(first) is { } one
        && WithoutIds(second) is { } other
        && one.AsSpan().SequenceEqual(other);

    /// <summary>Whether an assembly's ids follow from what was compiled (the option Deterministic of the
    /// compilers).</summary>
    public static bool IsDeterministic(byte[] assembly)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        return reader.ReadDebugDirectory().Any(entry => entry.Type == DebugDirectoryEntryType.Reproducible);
    }

    private static byte[]? WithoutIds(byte[] assembly)
    {
        try
        {
            var bytes = assembly.ToArray();
            using var reader = new PEReader(new MemoryStream(assembly));
            if (!reader.HasMetadata || reader.PEHeaders.PEHeader is not { } header)
                return null;
            var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(reader);
            Erase(bytes, metadata.GetGuid(metadata.GetModuleDefinition().Mvid).ToByteArray());
            bytes.AsSpan(reader.PEHeaders.CoffHeaderStartOffset + CoffTime, 4).Clear();
            bytes.AsSpan(reader.PEHeaders.PEHeaderStartOffset + PeCheckSum, 4).Clear();
            foreach (var entry in reader.ReadDebugDirectory())
                bytes.AsSpan(entry.DataPointer, entry.DataSize).Clear();
            if (reader.PEHeaders.TryGetDirectoryOffset(header.DebugTableDirectory, out var offset))
            {
                for (var at = offset; at < offset + header.DebugTableDirectory.Size; at += DebugEntrySize)
                    bytes.AsSpan(at + CoffTime, 4).Clear();
            }

            return bytes;
        }
        catch (Exception exception)
            when (exception is BadImageFormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static void Erase(byte[] bytes, byte[] part)
    {
        for (int from = 0, at; (at = bytes.AsSpan(from).IndexOf(part)) >= 0; from += at + part.Length)
            bytes.AsSpan(from + at, part.Length).Clear();
    }
}
