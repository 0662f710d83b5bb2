using System.Collections.Immutable;
using System.Security.Cryptography;
using Containerize.Caching;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers.Caching;
using Containerize.Stores;

namespace Containerize.Publishing.UpToDate;

/// <summary>A run's record on disk, in <c>obj</c>: a file of ours that is read on every run, so in a form that costs
/// little.</summary>
/// <param name="path">The absolute path.</param>
public sealed class LastBuildFile(string path)
{
    private const int Version = 1;

    /// <summary>Reads the record; null when there is none, or one that is damaged or of another version of
    /// ours.</summary>
    public LastBuild? Read()
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var end = bytes.Length - SHA256.HashSizeInBytes;
            if (end < 0 || !SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
                return null;
            using var reader = new BinaryReader(new MemoryStream(bytes, 0, end));
            return reader.ReadInt32() == Version ? Read(reader) : null;
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception) || exception is FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes the record, whole or not at all; that it cannot be written costs the next run its
    /// work.</summary>
    public void Write(LastBuild record)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            Write(writer, record);
        }

        bytes.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        CacheFolder.Replace(path, stream => bytes.WriteTo(stream));
    }

    /// <summary>Forgets the run: what begins now is not known until its end.</summary>
    public void Remove() => CacheFolder.Remove(path);

    private static LastBuild Read(BinaryReader reader) =>
        new()
        {
            Settings = reader.ReadString(),
            Published = ReadFiles(reader),
            Added = ReadFiles(reader),
            Watched = ReadFiles(reader),
            Names = ReadAll(
                reader,
                () =>
                    new NamedDigest(
                        ImageReference.Parse(reader.ReadString()),
                        Digest.Parse(reader.ReadString()),
                        reader.ReadBoolean()
                    )
            ),
            Outcome = ReadAll(reader, () => KeyValuePair.Create(reader.ReadString(), reader.ReadString())),
        };

    private static void Write(BinaryWriter writer, LastBuild record)
    {
        writer.Write(record.Settings);
        WriteFiles(writer, record.Published);
        WriteFiles(writer, record.Added);
        WriteFiles(writer, record.Watched);
        writer.Write(record.Names.Length);
        foreach (var name in record.Names)
        {
            writer.Write(name.Name.ToString());
            writer.Write(name.Digest.ToString());
            writer.Write(name.ThroughMirrors);
        }

        writer.Write(record.Outcome.Length);
        foreach (var (key, value) in record.Outcome)
        {
            writer.Write(key);
            writer.Write(value);
        }
    }

    private static ImmutableArray<KnownFile> ReadFiles(BinaryReader reader) =>
        ReadAll(
            reader,
            () =>
                new KnownFile(
                    reader.ReadString(),
                    new FileState(
                        (FileStateKind)reader.ReadByte(),
                        reader.ReadInt64(),
                        reader.ReadInt64(),
                        reader.ReadInt64(),
                        reader.ReadInt64()
                    ),
                    reader.ReadString(),
                    reader.ReadInt64()
                )
        );

    private static void WriteFiles(BinaryWriter writer, ImmutableArray<KnownFile> files)
    {
        writer.Write(files.Length);
        foreach (var (path, state, hash, size) in files)
        {
            writer.Write(path);
            writer.Write((byte)state.Kind);
            writer.Write(state.Size);
            writer.Write(state.Modified);
            writer.Write(state.Changed);
            writer.Write(state.Inode);
            writer.Write(hash);
            writer.Write(size);
        }
    }

    private static ImmutableArray<T> ReadAll<T>(BinaryReader reader, Func<T> read)
    {
        var values = ImmutableArray.CreateBuilder<T>();
        for (var left = reader.ReadInt32(); left > 0; left--)
            values.Add(read());
        return values.ToImmutable();
    }
}
