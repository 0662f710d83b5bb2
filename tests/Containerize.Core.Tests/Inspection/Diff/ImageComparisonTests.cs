using System.Text;
using Containerize.Core.Tests.Stores;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Inspection.Diff;
using Containerize.Layers;

namespace Containerize.Core.Tests.Inspection.Diff;

/// <summary>Two images and all in which they differ.</summary>
public sealed class ImageComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task An_image_is_the_same_as_itself() =>
        Assert.True((await CompareAsync(Of(File("a", "1")), Of(File("a", "1")))).AreSame);

    [Fact]
    public async Task Each_aspect_of_a_file_is_told()
    {
        var comparison = await CompareAsync(
            Of(
                File("same", "1"),
                File("content", "1"),
                File("mode", "1"),
                File("owner", "1"),
                File("time", "1"),
                Link("link", "a"),
                File("kind", "1"),
                File("gone", "1")
            ),
            Of(
                File("same", "1"),
                File("content", "2"),
                File("mode", "1") with
                {
                    Mode = 0b111_101_101,
                },
                File("owner", "1") with
                {
                    Uid = 7,
                },
                File("time", "1") with
                {
                    ModificationTime = DateTimeOffset.UnixEpoch.AddDays(1),
                },
                Link("link", "b"),
                Link("kind", "1"),
                File("new", "1")
            )
        );
        Assert.Equal(
            [
                "/content Content",
                "/gone -",
                "/kind Kind,Content,Link",
                "/link Link",
                "/mode Mode",
                "/new +",
                "/owner Owner",
                "/time Time",
            ],
            comparison.Files.Select(file =>
                $"{file.Path} "
                + $"{(file.A is null ? "+" : file.B is null ? "-" : string.Join(',', file.Aspects.Where(aspect => aspect != FileAspect.Mode || file.Path.Name == "mode")))}"
            )
        );
    }

    [Fact]
    public async Task A_difference_is_told_with_the_layer_it_came_about_in()
    {
        var lower = Layer(File("a", "1"), File("b", "1"));
        var comparison = await CompareAsync(
            Of([lower, Layer(File("c", "1"))]),
            Of([lower, Layer(File("c", "2")), Layer(File("b", "2"))])
        );
        Assert.Equal(
            [("/b", 0, 2), ("/c", 1, 1)],
            comparison.Files.Select(file => (file.Path.Text, file.A!.Layer, file.B!.Layer))
        );
        Assert.Equal(
            [(1, true, true), (2, false, true)],
            comparison.Layers.Select(layer => (layer.Index, layer.A is not null, layer.B is not null))
        );
    }

    [Fact]
    public async Task Variables_and_labels_are_compared_by_name()
    {
        var image = Of(File("a", "1"));
        var other = image.With(
            image.Config.WithVariable("A", "1").WithVariable("B", "2").WithLabel("l", "x").WithUser("app")
        );
        var comparison = await CompareAsync(
            image.With(image.Config.WithVariable("B", "2").WithVariable("A", "3")),
            other
        );
        Assert.Equal(
            [("config.Env.A", "\"3\"", "\"1\""), ("config.Labels.l", null, "\"x\""), ("config.User", null, "\"app\"")],
            comparison.Members.Select(member => (member.Name, member.A, member.B))
        );
    }

    [Fact]
    public async Task What_is_ignored_does_not_count()
    {
        var early = Of(File("a", "1"));
        var late = Of([Layer(), Layer(File("a", "1") with { ModificationTime = DateTimeOffset.UnixEpoch.AddDays(1) })]);
        late = late.With(late.Config.WithCreated(DateTimeOffset.UnixEpoch.AddDays(1)));
        Assert.False((await CompareAsync(early, late)).AreSame);
        Assert.True(
            (
                await CompareAsync(
                    early,
                    late,
                    new ComparisonSettings
                    {
                        Times = false,
                        History = false,
                        Layers = false,
                    }
                )
            ).AreSame
        );
    }

    [Fact]
    public async Task Another_compression_is_told_as_such()
    {
        var comparison = await CompareAsync(
            Of([Layer(File("a", "1"))]),
            Of([Layer(LayerCompression.None, File("a", "1"))])
        );
        Assert.True(Assert.Single(comparison.Layers).IsStorageOnly);
        Assert.Empty(comparison.Files);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<ImageComparison> CompareAsync(Image a, Image b, ComparisonSettings? settings = null) =>
        ImageComparison.RunAsync(a, b, settings ?? new ComparisonSettings(), TestContext.Current.CancellationToken);

    private Image Of(params LayerEntry[] entries) => Of([Layer(entries)]);

    private static Image Of(Layer[] layers) =>
        layers.Aggregate(
            Image.Scratch(TestImage.Amd64),
            (image, layer) => image.With(layer, DateTimeOffset.UnixEpoch, "COPY")
        );

    private Layer Layer(params LayerEntry[] entries) => Layer(LayerCompression.Gzip, entries);

    private Layer Layer(LayerCompression compression, params LayerEntry[] entries) =>
        new LayerWriter(_folder[Guid.NewGuid().ToString("N")], new LayerEncoding(compression, null)).Write(
            new PlannedLayer("app", [.. entries.OrderBy(entry => entry.Path)]),
            TestContext.Current.CancellationToken
        );

    private static LayerEntry File(string name, string content) =>
        new(ContainerPath.Parse("/" + name), EntryKind.File, 0b110_100_100)
        {
            Content = FileContent.FromBytes(Encoding.UTF8.GetBytes(content), name),
        };

    private static LayerEntry Link(string name, string target) =>
        new(ContainerPath.Parse("/" + name), EntryKind.SymbolicLink, 0b111_111_111) { LinkTarget = target };
}
