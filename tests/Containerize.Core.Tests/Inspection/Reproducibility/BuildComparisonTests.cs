using Containerize.Core.Tests.Stores;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Inspection.Reproducibility;
using Containerize.Layers;

namespace Containerize.Core.Tests.Inspection.Reproducibility;

/// <summary>What two images that should be one do not have in common.</summary>
public sealed class BuildComparisonTests : IDisposable
{
    private static readonly BuildTraces Traces = new(
        "/tmp/verify-x1",
        DateTimeOffset.UnixEpoch.AddYears(50),
        DateTimeOffset.UnixEpoch.AddYears(51)
    );

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_same_image_has_no_differences() =>
        Assert.Empty(await CompareAsync(Of("1", ("app", "a", "x")), Of("2", ("app", "a", "x"))));

    [Fact]
    public async Task A_file_that_changed_came_or_went_is_named_with_its_layer() =>
        Assert.Equal(
            [
                "dependencies: /app/b differs from byte 0 on, for no reason that is known: 78 and 79",
                "app: /app/d is in the first image only",
                "app: /app/e is in the second image only",
            ],
            (
                await CompareAsync(
                    Of("1", ("dependencies", "a", "x"), ("dependencies", "b", "x"), ("app", "d", "x")),
                    Of("2", ("dependencies", "a", "x"), ("dependencies", "b", "y"), ("app", "e", "x"))
                )
            ).Select(difference => difference.ToString())
        );

    [Fact]
    public async Task A_layer_that_one_does_not_have_and_a_label_are_named()
    {
        var first = Of("1", ("app", "a", "x"));
        var second = Of("2", ("models", "m", "x"), ("app", "a", "x"));
        second = second.With(second.Config.WithLabel("org.example.by", "somebody"));
        var said = (await CompareAsync(first, second)).Select(difference => difference.ToString()).ToList();
        Assert.Contains("models: the layer is in the second image only", said);
        Assert.Contains("config: config.Labels.org.example.by is '' and 'somebody'", said);
    }

    [Fact]
    public async Task Of_many_files_the_rest_is_counted()
    {
        var said = await CompareAsync(Of("1", Many("x")), Of("2", Many("y")));
        Assert.Equal(21, said.Length);
        Assert.Equal("app: 5 more files differ", said[^1].ToString());

        static (string, string, string)[] Many(string content) =>
            [.. Enumerable.Range(10, 25).Select(i => ("app", $"f{i}", content))];
    }

    public void Dispose() => _folder.Dispose();

    private static Task<System.Collections.Immutable.ImmutableArray<Difference>> CompareAsync(
        Image first,
        Image second
    ) => BuildComparison.CompareAsync(first, second, Traces, TestContext.Current.CancellationToken);

    private Image Of(string name, params (string Layer, string Path, string Content)[] files)
    {
        var writer = new LayerWriter(_folder[name], LayerEncoding.Default);
        return files
            .GroupBy(file => file.Layer)
            .Select(group =>
                writer.Write(
                    new PlannedLayer(
                        group.Key,
                        [
                            .. group.Select(file => new LayerEntry(
                                ContainerPath.Parse("/app").Combine(file.Path),
                                EntryKind.File,
                                420
                            )
                            {
                                Content = FileContent.FromBytes(
                                    System.Text.Encoding.UTF8.GetBytes(file.Content),
                                    file.Path
                                ),
                            }),
                        ]
                    ),
                    TestContext.Current.CancellationToken
                )
            )
            .Aggregate(
                Image.Scratch(TestImage.Amd64),
                (image, layer) => image.With(layer, DateTimeOffset.UnixEpoch, History.OfLayer(layer.Name))
            );
    }
}
