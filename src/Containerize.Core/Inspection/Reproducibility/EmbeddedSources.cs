using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Containerize.Inspection.Reproducibility;

/// <summary>
/// The sources that a compiler put into symbols, in a file of their own or in the assembly. C# that a generator made is
/// always there, and it is compressed, so that no search for texts finds what it holds (Portable PDB, Embedded Source).
/// </summary>
internal static class EmbeddedSources
{
    private static readonly Guid Kind = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    /// <summary>Each source's name without its folder, and its bytes; none where the file has no symbols.</summary>
    public static ImmutableArray<(string Name, byte[] Content)> Of(byte[] file)
    {
        try
        {
            if (file is [(byte)'B', (byte)'S', (byte)'J', (byte)'B', ..])
            {
                using var symbols = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(file));
                return Read(symbols.GetMetadataReader());
            }

            if (file is not [(byte)'M', (byte)'Z', ..])
                return [];
            using var assembly = new PEReader(new MemoryStream(file));
            var entry = assembly
                .ReadDebugDirectory()
                .FirstOrDefault(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            if (entry.DataSize == 0)
                return [];
            using var embedded = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
            return Read(embedded.GetMetadataReader());
        }
        catch (Exception exception)
            when (exception is BadImageFormatException or InvalidDataException or InvalidOperationException)
        {
            return [];
        }
    }

    private static ImmutableArray<(string, byte[])> Read(MetadataReader reader) =>
        [
            .. from handle in reader.CustomDebugInformation
            let information = reader.GetCustomDebugInformation(handle)
            where information.Parent.Kind == HandleKind.Document && reader.GetGuid(information.Kind) == Kind
            let document = reader.GetDocument((DocumentHandle)information.Parent)
            select (
                Path.GetFileName(reader.GetString(document.Name).Replace('\\', '/')),
                Content(reader.GetBlobBytes(information.Value))
            ),
        ];

    // Four bytes hold the plain size, 0 where it is not compressed.
    private static byte[] Content(byte[] blob)
    {
        var content = blob.AsMemory(4);
        if (BinaryPrimitives.ReadInt32LittleEndian(blob) == 0)
            return content.ToArray();
        using var plain = new MemoryStream();
        using var deflate = new DeflateStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress);
        deflate.CopyTo(plain);
        return plain.ToArray();
    }
}
