using System.Collections.Immutable;
using System.Security.Cryptography;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Tar;

namespace Containerize.FileSystems;

/// <content>A listing as bytes, which say at their end whether they are whole.</content>
internal sealed partial record LayerListing
{
    // To be raised with every change of what is written.
    private const int Format = 2;

    /// <summary>All that the listing says.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Format);
            writer.Write(Items.Length);
            foreach (var listed in Items)
                Write(writer, listed);
        }

        bytes.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    /// <summary>Reads it back; null for what is damaged, or of another format.</summary>
    public static LayerListing? Parse(byte[]? bytes)
    {
        if (bytes is null || bytes.Length < SHA256.HashSizeInBytes)
            return null;
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, length));
        if (reader.ReadInt32() != Format)
            return null;
        var items = new ListedItem[reader.ReadInt32()];
        for (var i = 0; i < items.Length; i++)
            items[i] = Read(reader);
        return new LayerListing([.. items]);
    }

    private static void Write(BinaryWriter writer, ListedItem listed)
    {
        var item = listed.Item;
        writer.Write(item.Name);
        writer.Write(item.Type);
        writer.Write(item.Mode);
        writer.Write(item.Uid);
        writer.Write(item.Gid);
        writer.Write(item.Size);
        writer.Write(item.ModificationTime.UtcTicks);
        writer.Write(item.LinkName);
        writer.Write(item.DeviceMajor);
        writer.Write(item.DeviceMinor);
        writer.Write(item.Offset);
        writer.Write(item.ExtendedAttributes.Count);
        foreach (var (name, value) in item.ExtendedAttributes)
        {
            writer.Write(name);
            Write(writer, value.AsSpan());
        }

        writer.Write(listed.Digest?.ToString() ?? "");
        writer.Write(listed.Kept is not null);
        if (listed.Kept is { } kept)
            Write(writer, kept);
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static ListedItem Read(BinaryReader reader)
    {
        var item = new TarItem(reader.ReadString(), reader.ReadChar())
        {
            Mode = reader.ReadInt32(),
            Uid = reader.ReadInt64(),
            Gid = reader.ReadInt64(),
            Size = reader.ReadInt64(),
            ModificationTime = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
            LinkName = reader.ReadString(),
            DeviceMajor = reader.ReadInt32(),
            DeviceMinor = reader.ReadInt32(),
            Offset = reader.ReadInt64(),
            ExtendedAttributes = ReadAttributes(reader),
        };
        var digest = reader.ReadString() is { Length: > 0 } text ? Digest.Parse(text) : null;
        return new ListedItem(item, digest, reader.ReadBoolean() ? reader.ReadBytes(reader.ReadInt32()) : null);
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<byte>> ReadAttributes(BinaryReader reader)
    {
        var attributes = LayerEntry.NoAttributes;
        for (var left = reader.ReadInt32(); left > 0; left--)
            attributes = attributes.Add(reader.ReadString(), [.. reader.ReadBytes(reader.ReadInt32())]);
        return attributes;
    }
}
