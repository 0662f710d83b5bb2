using Containerize.Entries;
using Containerize.Tar;

namespace Containerize.Dockerfiles.Execution.Mounts;

/// <summary>A file that only lies in the memory of a command's sandbox, and goes there through a pipe: secrets never
/// touch a disk.</summary>
/// <param name="Name">Its path below the sandbox's private folder.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Uid">Its owner.</param>
/// <param name="Gid">Its group.</param>
internal sealed record TmpfsFile(string Name, ReadOnlyMemory<byte> Content, int Mode, int Uid = 0, int Gid = 0)
{
    /// <summary>Writes files as a tar.</summary>
    public static void WriteAll(IEnumerable<TmpfsFile> files, Stream output)
    {
        var tar = new TarWriter(output);
        foreach (var file in files)
            tar.Write(
                new LayerEntry(ContainerPath.Root.Combine(file.Name), EntryKind.File, file.Mode)
                {
                    Uid = file.Uid,
                    Gid = file.Gid,
                    Content = FileContent.FromBytes(file.Content.ToArray(), file.Name),
                }
            );
        tar.Finish();
    }
}
