using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.IO;
using Containerize.Tar;

namespace Containerize.Stores.RootFileSystems;

/// <summary>
/// The root file system of an image as a tar, which knows nothing of images any more: whiteouts applied, further names
/// of a file as hard links, owners, modes, times and devices as the layers have them. Of several platforms each has a
/// folder, <c>linux_amd64</c>. Each folder is followed by what is in it, so that every program that unpacks it leaves
/// folders their modes and times. The bytes follow from the images' files alone.
/// </summary>
/// <param name="path">The absolute path of the file; null for a stream.</param>
/// <param name="stream">Opens the stream; the sink closes it.</param>
/// <param name="temporaryFolder">An absolute folder for the contents of the files, which lie in the layers in another
/// order; it grows by a folder.</param>
internal sealed class RootTarSink(string? path, Func<Stream> stream, string temporaryFolder) : IImageSink
{
    public bool ReadsAllBlobs => true;

    /// <summary>Writes the tar: a file appears complete, or stays as it was; a stream has been written to when
    /// something fails in the middle.</summary>
    /// <exception cref="ContainerizeException">CTZ0007 when it cannot be written; the codes of
    /// <see cref="ImageFiles.ReadAsync"/>.</exception>
    public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        var roots = await RootFileSystem.ReadAsync(images, cancellationToken).ConfigureAwait(false);
        if (path is null)
        {
            var output = new BufferedStream(stream(), 1 << 17);
            await using (output.ConfigureAwait(false))
                await WriteAsync(output).ConfigureAwait(false);
        }
        else
        {
            if (Directory.Exists(path))
                throw new ContainerizeException(
                    DiagnosticTable.OutputNotWritable,
                    $"'{path}' cannot be written: it is a folder, and a tar is a file. Choose another path, or "
                        + "write 'type=local' for a folder."
                );
            using var files = new OutputFiles();
            await files.WriteAsync(path, WriteAsync).ConfigureAwait(false);
            files.Keep();
        }

        return new PushReport(path ?? "standard output", RootFileSystem.Fates(images));

        async Task WriteAsync(Stream output)
        {
            var tar = new TarWriter(output);
            foreach (var root in roots)
                await WriteRootAsync(root, tar, cancellationToken).ConfigureAwait(false);
            tar.Finish();
        }
    }

    private async Task WriteRootAsync(RootFileSystem root, TarWriter tar, CancellationToken cancellationToken)
    {
        var all = root.Files.All.OrderBy(file => file.Path.Text.Replace('/', '\0'), StringComparer.Ordinal).ToList();
        var contents = await root
            .Files.FetchAsync(all, Path.Combine(temporaryFolder, "contents"), cancellationToken)
            .ConfigureAwait(false);
        if (root.Below != ContainerPath.Root)
            tar.WriteHeader(new LayerEntry(root.Below, EntryKind.Directory, FileKind.ExecutableMode));
        var names = new Dictionary<(int, long), ContainerPath>();
        foreach (var file in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = file.ToEntry() with
            {
                Path = root.Below.Combine(file.Path.Text),
                Content = contents.GetValueOrDefault(file.Path),
            };
            if (file.Kind == EntryKind.File && !names.TryAdd((file.ContentLayer, file.Offset), entry.Path))
                entry = entry with
                {
                    Kind = EntryKind.HardLink,
                    Content = null,
                    LinkTarget = names[(file.ContentLayer, file.Offset)].Text,
                };
            tar.Write(entry);
        }
    }
}
