using System.Text;
using Containerize.Images;
using Containerize.Publishing.Settings;

namespace Containerize.Tasks;

/// <summary>What of the project decides whether its image is unchanged.</summary>
public sealed partial class BuildImage
{
    private protected override string? FolderToRead => PublishFolder;

    // Of the published files only what decides their layer counts, and the files themselves.
    private protected override bool IsSetting(string property) =>
        base.IsSetting(property)
        && property
            is not (
                nameof(PublishedFiles)
                or nameof(StaticAssets)
                or nameof(OtherPublishedFiles)
                or nameof(FileWrites)
                or nameof(FrameworkReferences)
                or nameof(BundledFiles)
            );

    private protected override void AddSettings(StringBuilder text)
    {
        var index = ReadIndex();
        // What decides the layer of an asset is long, and only whether it is the same counts.
        text.Append(Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', index.Assets)))).Append('\n');
        foreach (var item in index.Items)
            text.Append(item.RelativePath)
                .Append('\0')
                .Append(item.PackageId)
                .Append('\0')
                .Append(item.PackageVersion)
                .Append('\0')
                .Append(item.IsRuntime)
                .Append('\n');
        text.AppendJoin('\0', LeaveOut).Append('\n');
        // No item shows a file that joins a folder.
        foreach (var folder in Files.Select(file => file.GetMetadata("FullPath")).Where(Directory.Exists))
        {
            foreach (var entry in Containerize.Publishing.Files.PublishFolder.List(folder).Entries)
                text.Append(entry.FullPath)
                    .Append('\0')
                    .Append(entry.Kind)
                    .Append('\0')
                    .Append(entry.LinkTarget)
                    .Append('\n');
        }

        text.AppendJoin('\0', FrameworkReferences.Select(reference => reference.ItemSpec)).Append('\n');
        if (Created == CommitTime.Keyword)
            text.Append(CommitTime.Read(Path.GetDirectoryName(ProjectFile)!).UtcTicks);
    }
}
