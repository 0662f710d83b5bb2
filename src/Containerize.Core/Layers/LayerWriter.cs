using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.IO;
using Containerize.Tar;

namespace Containerize.Layers;

/// <summary>
/// The one owner of a layer's bytes: layer format 2. It fixes the order of entries (by the bytes of their paths), the
/// tar headers (<see cref="TarHeader"/>), the end of the archive and the compression (<see cref="LayerEncoding"/>).
/// A change of any byte is a new format version and new golden digests.
/// </summary>
/// <param name="folder">An existing or new folder for the finished layers.</param>
/// <param name="encoding">How the layers are stored.</param>
/// <param name="progress">Receives how many bytes of the files are packed; null for no receiver.</param>
public sealed class LayerWriter(string folder, LayerEncoding encoding, IProgress<WorkProgress>? progress = null)
{
    /// <summary>The version of the format; part of what an image's digest depends on.</summary>
    public const int FormatVersion = 2;

    /// <summary>Writes a layer to a file in the folder that is named after it, complete or not at all.</summary>
    /// <exception cref="ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be read, CTZ0007
    /// for the folder.</exception>
    public Layer Write(PlannedLayer plan, CancellationToken cancellationToken)
    {
        var path = PathOf(plan.Name);
        var temporary = path + "." + Guid.NewGuid().ToString("N");
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17))
            {
                var written = Write(plan, file, cancellationToken);
                file.Dispose();
                File.Move(temporary, path, overwrite: true);
                return new Layer(
                    new Blob(written.Descriptor, _ => Task.FromResult<Stream>(Open(path, written.Descriptor))),
                    written.DiffId,
                    plan.Name
                );
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"The layer '{plan.Name}' cannot be written to '{folder}': {exception.Message}",
                exception
            );
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    /// <summary>The file that a layer of this name is written to.</summary>
    public string PathOf(string name) => Path.Combine(folder, name + encoding.Extension);

    /// <summary>Writes a layer into a stream.</summary>
    /// <exception cref="ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be read; an
    /// <see cref="IOException"/> can come from the stream alone.</exception>
    internal WrittenLayer Write(PlannedLayer plan, Stream target, CancellationToken cancellationToken) =>
        Write(plain => WriteTar(plan, plain, progress, cancellationToken), target);

    /// <summary>Stores a layer's tar, which was written before, as the encoding has it.</summary>
    /// <exception cref="IOException">Of either stream.</exception>
    internal static WrittenLayer Encode(
        Stream tar,
        LayerEncoding encoding,
        Stream target,
        CancellationToken cancellationToken
    ) =>
        new LayerWriter("", encoding).Write(
            plain =>
            {
                var buffer = new byte[1 << 17];
                for (int read; (read = tar.Read(buffer)) > 0; cancellationToken.ThrowIfCancellationRequested())
                    plain.Write(buffer.AsSpan(0, read));
            },
            target
        );

    private WrittenLayer Write(Action<Stream> write, Stream target)
    {
        using var stored = new HashingStream(target);
        using var encoder = encoding.Encode(stored);
        if (encoder is null)
        {
            write(stored);
            var digest = stored.Finish();
            return new WrittenLayer(encoding.Describe(digest, stored.Count), digest);
        }

        using var plain = new HashingStream(encoder);
        write(plain);
        encoder.Finish();
        return new WrittenLayer(encoding.Describe(stored.Finish(), stored.Count), plain.Finish());
    }

    /// <summary>The entries as they are written: what empties a folder stands after the folder and before what is in
    /// it.</summary>
    internal static IEnumerable<LayerEntry> InOrder(PlannedLayer plan) =>
        plan.Entries.OrderBy(entry => entry.Path).ThenBy(entry => entry.Kind == EntryKind.OpaqueWhiteout);

    private static void WriteTar(
        PlannedLayer plan,
        Stream plain,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var work = new Work(WorkKind.Packing, plan.Name, plan.Size);
        var done = 0L;
        progress?.Report(new WorkProgress(work, done));
        var tar = new TarWriter(plain) { Copied = count => progress?.Report(new WorkProgress(work, done += count)) };
        foreach (var entry in InOrder(plan))
        {
            cancellationToken.ThrowIfCancellationRequested();
            tar.Write(entry);
        }

        tar.Finish();
    }

    // The file lies in a folder that others may write to: what goes into an image is what was hashed, or nothing.
    private static VerifyingStream Open(string path, Descriptor descriptor) =>
        new(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 17),
            descriptor,
            path
        );
}

/// <summary>What was written of a layer.</summary>
/// <param name="Descriptor">Of its stored bytes.</param>
/// <param name="DiffId">The digest of its tar.</param>
internal sealed record WrittenLayer(Descriptor Descriptor, Digest DiffId);
