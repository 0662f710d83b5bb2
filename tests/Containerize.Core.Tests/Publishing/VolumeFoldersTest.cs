using Containerize.Core.Tests.FileSystems;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing;

/// <summary>What tests of folders and owners share.</summary>
public abstract class VolumeFoldersTest
{
    protected static readonly Image Base = TestTar.Of([
        TestTar.Folder("etc"),
        TestTar.File("etc/passwd", "app:x:1654:1700::/home/app:/bin/sh\n"),
        TestTar.File("etc/group", "staff:x:50:\n"),
        Owned("home/app", 0b111_000_000, 1654),
        Owned("tmp", 0b1_111_111_111, 0),
        TestTar.Folder("run"),
        TestTar.Link("var/run", "/run"),
    ]);

    protected static readonly LayerPlan Published = new(
        [
            new("dependencies", [Folder("/app"), File("/app/lib.dll")]),
            new(
                "app",
                [
                    Folder("/app"),
                    File("/app/app.dll"),
                    Folder("/app/data"),
                    File("/app/data/seed.db"),
                    File("/app/data/named.txt"),
                ]
            ),
        ],
        [],
        [],
        []
    )
    {
        WorkingDirectory = ContainerPath.Parse("/app"),
    };

    private protected static ImageFileSystemCache Views => new(null, TimeProvider.System);

    protected static Task<LayerPlan> AddAsync(ContainerSettings settings) =>
        new VolumeFolders(settings, Base, Views).AddToAsync(Published, TestContext.Current.CancellationToken);

    // What the layer app has beyond what was published.
    protected static string Added(LayerPlan plan) =>
        string.Join(
            ", ",
            plan.Layers.Single(layer => layer.Name == "app")
                .Entries.Where(entry =>
                    plan.Layers.Length == 1 || !Published.Layers[1].Entries.Any(known => known.Path == entry.Path)
                )
                .Select(entry => $"{entry.Path} {Convert.ToString(entry.Mode, 8)} {entry.Uid}:{entry.Gid}")
        );

    internal static System.Formats.Tar.TarEntry Owned(string path, int mode, int owner)
    {
        var folder = TestTar.Folder(path, mode);
        (folder.Uid, folder.Gid) = (owner, owner);
        return folder;
    }

    protected static LayerEntry Folder(string path) => new(ContainerPath.Parse(path), EntryKind.Directory, 493);

    protected static LayerEntry File(string path) =>
        new(ContainerPath.Parse(path), EntryKind.File, 420) { Content = FileContent.FromBytes([], path) };
}
