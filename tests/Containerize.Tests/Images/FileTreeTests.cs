using System.Formats.Tar;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Images;

public sealed class FileTreeTests(Machine machine)
{
    [Fact]
    public void An_upper_layer_wins_over_a_lower_one() =>
        Assert.Equal(["a: 2"], Paths([HandmadeImage.File("a", "1")], [HandmadeImage.File("a", "22")]));

    [Fact]
    public void A_whiteout_takes_away_what_lies_below_it_and_nothing_of_its_own_layer() =>
        Assert.Equal(
            ["d", "d/new: 1", "e: 1"],
            Paths(
                [HandmadeImage.File("d/old", "1"), HandmadeImage.File("e", "1"), HandmadeImage.File("f/g", "1")],
                [HandmadeImage.File("d/new", "1"), HandmadeImage.File("d/.wh.old", ""), HandmadeImage.File(".wh.f", "")]
            )
        );

    [Fact]
    public void An_opaque_whiteout_empties_a_folder() =>
        Assert.Equal(
            ["d", "d/new: 1"],
            Paths(
                [HandmadeImage.File("d/x/y", "1")],
                [HandmadeImage.File("d/new", "1"), HandmadeImage.File("d/.wh..wh..opq", "")]
            )
        );

    [Fact]
    public void A_file_in_the_place_of_a_folder_takes_its_contents_away() =>
        Assert.Equal(["d: 1"], Paths([HandmadeImage.File("d/x", "1")], [HandmadeImage.File("d", "1")]));

    [Fact]
    public void A_hard_link_is_the_file_it_leads_to()
    {
        var tree = Tree([HandmadeImage.File("a", "123"), HandmadeImage.Link("b", "a", TarEntryType.HardLink)]);
        Assert.Equal(tree.Entries["a"], tree.Entries["b"]);
    }

    [Theory]
    [InlineData(".hidden/a", ".hidden/a")]
    [InlineData("a", "./a")]
    [InlineData("..a", "./..a")]
    [InlineData("a", "/a")]
    public void A_hard_link_names_its_file_in_any_form(string file, string target)
    {
        var tree = Tree([HandmadeImage.File(file, "123"), HandmadeImage.Link("b", target, TarEntryType.HardLink)]);
        Assert.Equal(tree.Entries[file], tree.Entries["b"]);
    }

    [Fact]
    public void A_hard_link_to_a_lower_layer_keeps_what_it_had_there()
    {
        var tree = Tree(
            [HandmadeImage.File("a", "123")],
            [HandmadeImage.Link("b", "a", TarEntryType.HardLink), HandmadeImage.File("a", "4")]
        );
        Assert.Equal((1, 3), (tree.Entries["a"].Size, tree.Entries["b"].Size));
    }

    [Fact]
    public void Trees_that_differ_say_where_and_in_what()
    {
        var tree = Tree([
            HandmadeImage.File("mode", "1"),
            HandmadeImage.File("text", "1"),
            HandmadeImage.File("gone", "1"),
        ]);
        var other = Tree([
            HandmadeImage.File("mode", "1", 0x1ED),
            HandmadeImage.File("text", "2"),
            HandmadeImage.Link("more", "text"),
        ]);
        Assert.Collection(
            tree.Differences(other),
            line => Assert.Equal("- gone: RegularFile 644 0:0 1 6b86b273ff34", line),
            line =>
                Assert.Equal("~ mode: RegularFile 644 0:0 1 6b86b273ff34 | RegularFile 755 0:0 1 6b86b273ff34", line),
            line => Assert.Equal("+ more: SymbolicLink 777 0:0 0  text", line),
            line =>
                Assert.Equal("~ text: RegularFile 644 0:0 1 6b86b273ff34 | RegularFile 644 0:0 1 d4735e3a265e", line)
        );
    }

    [Fact]
    public async Task The_tree_is_what_umoci_unpacks()
    {
        var folder = machine.Folder.Create("unpack");
        var layout = new HandmadeImage(
            [
                [
                    HandmadeImage.File("d/old", "1"),
                    HandmadeImage.File("d/kept", "1", 0x9ED),
                    HandmadeImage.File("o/below", "1"),
                ],
                [
                    HandmadeImage.File("d/.wh.old", ""),
                    HandmadeImage.File("o/.wh..wh..opq", ""),
                    HandmadeImage.File("o/above", "1"),
                    HandmadeImage.Link("link", "d/kept"),
                ],
            ],
            []
        ).WriteTo(Path.Combine(folder, "image"));
        var root = await Umoci.UnpackAsync(layout.Folder, "1.0", Path.Combine(folder, "bundle"));
        var unpacked = Directory
            .EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Order(StringComparer.Ordinal);
        var tree = FileTree.Of(layout);
        Assert.Equal(unpacked, tree.Entries.Keys);
        Assert.Equal((int)File.GetUnixFileMode(Path.Combine(root, "d/kept")), tree.Entries["d/kept"].Mode);
        Assert.Equal("d/kept", tree.Entries["link"].Link);
    }

    private string[] Paths(params IReadOnlyList<IReadOnlyList<TarEntry>> layers) =>
        [
            .. Tree(layers)
                .Entries.Select(entry =>
                    entry.Value.Kind == TarEntryType.Directory
                        ? entry.Key
                        : FormattableString.Invariant($"{entry.Key}: {entry.Value.Size}")
                ),
        ];

    private FileTree Tree(params IReadOnlyList<IReadOnlyList<TarEntry>> layers) =>
        FileTree.Of(new HandmadeImage(layers, []).WriteTo(Path.Combine(machine.Folder.Create("tree"), "image")));
}
