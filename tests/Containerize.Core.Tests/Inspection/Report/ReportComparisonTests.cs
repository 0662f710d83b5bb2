using Containerize.Core.Tests.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Report;
using static Containerize.Core.Tests.FileSystems.TestTar;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>What a report says about two images and about several.</summary>
public sealed class ReportComparisonTests
{
    private static readonly Layer Lower = ReportTest.Layer(File("etc/base", "1"));

    [Fact]
    public async Task A_node_pulls_the_layers_that_the_other_image_has_not()
    {
        var (old, now) = (
            ReportTest.Layer(File("app/a", "1"), File("app/gone", "1")),
            ReportTest.Layer(File("app/a", "22"), File("app/new", "1"))
        );
        var comparison = (await ReportTest.ReportAsync(TestTar.Of(Lower, now), TestTar.Of(Lower, old))).Comparison!;
        Assert.Equal(now.Blob.Descriptor.Size, comparison.PulledBytes);
        Assert.Equal([1], comparison.AddedLayers);
        Assert.Equal([old.Blob.Descriptor.Digest], comparison.RemovedLayers.Select(layer => layer.Digest));
        Assert.Equal(
            [
                ("/app/a", ChangeKind.Changed, 1L, 2L),
                ("/app/gone", ChangeKind.Removed, 1L, null),
                ("/app/new", ChangeKind.Added, null, (long?)1),
            ],
            comparison.Files.Select(file => (file.Path, file.Change, file.SizeBefore, file.SizeAfter))
        );
    }

    [Theory]
    [InlineData("Serilog 4.1.0 → 4.2.0 changed app (", "4.1.0", "4.2.0")]
    [InlineData("/app/Serilog.dll changed in app (", "4.2.0", "4.2.0")]
    public async Task The_reason_is_a_package_of_another_version_or_a_file(string expected, string before, string after)
    {
        var comparison = (await ReportTest.ReportAsync(App(after, "new"), App(before, "old"))).Comparison!;
        Assert.StartsWith(expected, comparison.Reason, StringComparison.Ordinal);
        Assert.Equal(
            before == after ? [] : [("Serilog", "4.1.0", "4.2.0", ChangeKind.Changed)],
            comparison.Packages.Select(package => (package.Name, package.Before!, package.After!, package.Change))
        );
    }

    [Fact]
    public async Task Without_a_new_layer_the_config_is_the_reason()
    {
        var image = TestTar.Of(Lower);
        Assert.Equal("Both are the same image.", (await ReportTest.ReportAsync(image, image)).Comparison!.Reason);
        var other = await ReportTest.ReportAsync(image.With(image.Config.WithUser("app")), image);
        Assert.Equal("All layers are the same; config.User of the config differs.", other.Comparison!.Reason);
        Assert.Equal(0, other.Comparison.PulledBytes);
    }

    [Fact]
    public async Task Other_bytes_of_the_same_tar_are_pulled_and_said_to_be_so()
    {
        var tar = TestTar.Bytes(File("a", "1"));
        var comparison = (
            await ReportTest.ReportAsync(
                TestTar.Of(TestTar.Layer(tar, LayerCompression.Zstd)),
                TestTar.Of(TestTar.Layer(tar, LayerCompression.Gzip))
            )
        ).Comparison!;
        Assert.Contains(
            "has the same content and is compressed otherwise",
            comparison.Reason,
            StringComparison.Ordinal
        );
        Assert.Empty(comparison.Files);
        Assert.True(comparison.PulledBytes > 0);
    }

    [Fact]
    public async Task Shared_layers_are_stored_once()
    {
        var (a, b) = (ReportTest.Layer(File("a", "1")), ReportTest.Layer(File("b", "1")));
        var shared = (
            await ReportTest.ReportAsync(TestTar.Of(Lower, a), null, TestTar.Of(Lower, b), TestTar.Of(Lower))
        ).Shared!;
        Assert.Equal(
            ["111", "100", "010"],
            shared.Layers.Select(layer => string.Concat(layer.IsIn.Select(isIn => isIn ? '1' : '0')))
        );
        Assert.Equal(2 * Lower.Blob.Descriptor.Size, shared.SavedBytes);
        Assert.Equal(
            Lower.Blob.Descriptor.Size + a.Blob.Descriptor.Size + b.Blob.Descriptor.Size,
            shared.TogetherBytes
        );
        Assert.Equal(["shop:v2", "other:0", "other:1"], shared.Images.Select(image => image.Name));
    }

    private static Image App(string version, string content) =>
        TestTar
            .Of(Lower)
            .With(
                ReportTest.Layer(
                    File("app/Serilog.dll", content),
                    File(
                        "app/x.deps.json",
                        """
                        {"runtimeTarget":{"name":"t"},"targets":{"t":{"Serilog/VERSION":{"runtime":{"lib/Serilog.dll":{}}}}},
                         "libraries":{"Serilog/VERSION":{"type":"package"}}}
                        """.Replace("VERSION", version, StringComparison.Ordinal)
                    )
                ),
                DateTimeOffset.UnixEpoch,
                History.OfLayer("app")
            );
}
