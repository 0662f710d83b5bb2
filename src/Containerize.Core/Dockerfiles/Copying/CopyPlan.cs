using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>Turns what was selected into the entries of a layer.</summary>
/// <param name="options">The instruction.</param>
/// <param name="target">The image.</param>
/// <param name="folder">The absolute path of a folder for unpacked archives.</param>
/// <param name="destination">The absolute path in the image, links not followed.</param>
internal sealed class CopyPlan(CopyOptions options, CopyTarget target, string folder, string destination)
{
    private bool _hasTakenPlace;

    /// <summary>The entries.</summary>
    /// <exception cref="ContainerizeException">CTZ0131.</exception>
    public async Task<ImmutableArray<LayerEntry>> EntriesOfAsync(
        ImmutableArray<CopiedFile> files,
        CancellationToken cancellationToken
    )
    {
        var contents = new Dictionary<IFileSource, ImmutableDictionary<ContainerPath, FileContent>>();
        foreach (var source in files.GroupBy(file => file.Source))
            contents[source.Key] = await source
                .Key.FetchAsync(source.Select(file => file.File), cancellationToken)
                .ConfigureAwait(false);
        var place = Follow();
        if (options.KeepsParents || (options.Destination.EndsWith('/') && files.Length > 0))
            Check(target.PutFolder(place, files.Any(file => file.Shape == CopyShape.Folder)));
        foreach (var copied in files)
            Check(PutHere(copied, place, contents[copied.Source].GetValueOrDefault(copied.File.Path)));
        return target.Entries;
    }

    private string? PutHere(CopiedFile copied, ContainerPath place, FileContent? content)
    {
        try
        {
            return Put(copied, place, content);
        }
        catch (ContainerizeException exception)
            when (options.Locate(exception, options.Syntax.Line.Start) is { } located)
        {
            throw located;
        }
    }

    private string? Put(CopiedFile copied, ContainerPath place, FileContent? content)
    {
        if (copied.Shape == CopyShape.Folder)
            return target.PutFolder(place, isCopied: true);
        // What is there already stays as it is; what BuildKit makes on the way is as it was in the source.
        if (
            options.KeepsParents
            && copied.File.Kind == EntryKind.Directory
            && target.KindAt(place.Combine(copied.Target)) == EntryKind.Directory
        )
            return null;
        if (copied.Shape == CopyShape.File && content is not null && Unpacks(copied))
        {
            content = InOwnFile(content);
            if (AddedArchive.Read(content, NewFile()) is { } archive)
                return target.PutFolder(place) ?? ArchiveEntries.Put(archive, target, place, content.Where);
        }

        var isInside = copied.Shape == CopyShape.Below || target.KindAt(place) == EntryKind.Directory;
        if (!isInside && _hasTakenPlace)
            return $"several files go into a folder, and '{options.Destination}' is not one: "
                + $"write '{options.Destination}/' with a slash at its end";
        _hasTakenPlace |= !isInside;
        var file = copied.Source.FileOf(copied.File) is { } known
            ? (copied.Source, copied.Match, known)
            : (object?)null;
        return target.Put(Entry(copied.File, isInside ? place.Combine(copied.Target) : place, content), file);
    }

    private ContainerPath Follow()
    {
        try
        {
            return target.Follow(ContainerPath.Parse(destination));
        }
        catch (ContainerizeException exception)
            when (options.Locate(exception, options.Syntax.Destination.Position) is { } located)
        {
            throw located;
        }
    }

    private bool Unpacks(CopiedFile copied) =>
        copied.Source is ContextFiles
            ? options.Unpacks.Local
            : options.Unpacks.Remote && copied.File.Mode == RemoteFile.Mode;

    // Whether a file is an archive, and what is in it, shows in several readings: all of them read what was hashed.
    private FileContent InOwnFile(FileContent content)
    {
        var path = NewFile();
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
            content.CopyTo(file);
        }
        catch (IOException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"'{content.Where}' cannot be copied to '{path}': {exception.Message}",
                exception
            );
        }

        return FileContent.FromFile(path) with
        {
            Where = content.Where,
            Sha256 = content.Sha256,
        };
    }

    private string NewFile()
    {
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, Guid.NewGuid().ToString("N"));
    }

    private static LayerEntry Entry(ImageFile file, ContainerPath path, FileContent? content) =>
        new(path, file.Kind, file.Mode)
        {
            Uid = file.Uid,
            Gid = file.Gid,
            LinkTarget = file.LinkTarget,
            Content = content,
            Device = file.Device,
            ExtendedAttributes = file.ExtendedAttributes,
        };

    private void Check(string? obstacle)
    {
        if (obstacle is not null)
            throw options.Syntax.Line.Source.Error(
                DiagnosticTable.CopyRefused,
                options.Syntax.Destination.Position,
                $"{(options.Syntax.IsAdd ? "ADD" : "COPY")} cannot put it there: {obstacle}. Choose another "
                    + "destination, or name it by the path that it really has."
            );
    }
}
