using System.Text;
using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Contents;
using static Containerize.Core.Tests.FileSystems.TestTar;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>The facts of a report, by images whose facts are known.</summary>
public sealed class ImageReportTests
{
    [Fact]
    public async Task The_parts_of_all_files_add_up_to_the_bytes_of_the_image()
    {
        var image = ReportTest.Of(
            [File("a", new string('a', 1000)), File("b", "b"), File("empty")],
            [File("only/empty")],
            [Folder("folder"), Link("link", "a")]
        );
        var report = await ReportTest.ReportAsync(image);
        Assert.Equal(image.Layers.Sum(layer => layer.Blob.Descriptor.Size), report.Bytes);
        Assert.Equal(["/a", "/b", "/empty", "/only/empty"], report.Files().Select(file => file.Path));
        Assert.Equal(
            report.Bytes,
            report.Files().Sum(file => file.Bytes) + report.Layers.Sum(layer => layer.OtherBytes)
        );
        Assert.Equal([0L, 0L, report.Layers[2].Bytes], report.Layers.Select(layer => layer.OtherBytes));
        Assert.True(report.Files()[0].Bytes > report.Files()[1].Bytes);
    }

    [Fact]
    public async Task A_file_that_a_higher_layer_replaces_or_removes_is_hidden()
    {
        var report = await ReportTest.ReportAsync(
            ReportTest.Of(
                [File("replaced", "1"), File("removed", "1"), File("kept", "1")],
                [File("replaced", "2"), File(".wh.removed")]
            )
        );
        Assert.Equal(
            [("/replaced", true), ("/removed", true), ("/kept", false), ("/replaced", false)],
            report.Files().Select(file => (file.Path, file.IsHidden))
        );
        Assert.Equal([0, 1], report.Layers.Select(layer => layer.Removals));
    }

    [Fact]
    public async Task A_layer_is_read_once_even_if_both_images_have_it()
    {
        var (shared, own) = (ReportTest.Layer(File("a", "1")), ReportTest.Layer(File("b", "1")));
        var opened = new List<string>();
        Layer Counted(Layer layer, string name) =>
            layer with
            {
                Blob = layer.Blob with
                {
                    OpenAsync = token =>
                    {
                        opened.Add(name);
                        return layer.Blob.OpenAsync(token);
                    },
                },
            };
        await ReportTest.ReportAsync(
            TestTar.Of(Counted(shared, "shared"), Counted(own, "own")),
            TestTar.Of(Counted(shared, "shared")),
            TestTar.Of(Counted(own, "own"))
        );
        Assert.Equal(["shared", "own"], opened);
    }

    [Fact]
    public async Task What_looks_like_a_secret_is_masked_wherever_it_stands()
    {
        var image = ReportTest.Of([File("a", "1")]);
        image = image.With(
            image
                .Config.WithVariable("DB_PASSWORD", "hunter22")
                .WithVariable("PWD", "/app")
                .WithVariable("API_TOKEN", "")
                .WithVariable("DB", "Server=db;User=sa;Password=hunter33;Timeout=3")
                .WithVariable("URL", "https://me:hunter44@example/")
                .WithLabel("secret", "hunter55")
        );
        image = image.With(
            ReportTest.Layer(File("b", "1")),
            DateTimeOffset.UnixEpoch,
            "|1 TOKEN=hunter66 /bin/sh -c login --password=hunter77 hunter22"
        );
        var report = await ReportTest.ReportAsync(image, ReportTest.Of([File("a", "1")]));
        Assert.DoesNotContain("hunter", ReportJson.Of(report).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(
            [
                ("DB_PASSWORD", "***", true),
                ("PWD", "/app", false),
                ("API_TOKEN", "", false),
                ("DB", "Server=db;User=sa;Password=***;Timeout=3", true),
                ("URL", "https://me:***@example/", true),
            ],
            report.Config.Environment.Select(variable => (variable.Name, variable.Value, variable.IsMasked))
        );
    }

    [Fact]
    public async Task Layers_are_called_what_made_them()
    {
        var foreign = new[]
        {
            "ADD rootfs.tar /",
            "RUN /bin/sh -c make # buildkit",
            "/bin/sh -c #(nop) COPY file:1 in / ",
            "something",
        }.Aggregate(
            Image.Scratch(TestImage.Amd64),
            (image, by) => image.With(ReportTest.Layer(File("a", by)), DateTimeOffset.UnixEpoch, by)
        );
        Assert.Equal(
            [
                ("add 0", LayerKind.Base),
                ("run 1", LayerKind.Packages),
                ("copy 2", LayerKind.App),
                ("layer 3", LayerKind.Other),
            ],
            (await ReportTest.ReportAsync(WithoutOurs(foreign))).Layers.Select(layer => (layer.Name, layer.Kind))
        );
    }

    [Fact]
    public async Task A_platform_that_is_missing_is_named_with_those_that_are_there()
    {
        var request = new ReportRequest(new NamedImages("shop", ReportTest.Of([File("a")])))
        {
            Platform = TestImage.Arm64,
        };
        Assert.Contains(
            "It has one for linux/amd64",
            await TestImage.FailsAsync(
                DiagnosticTable.PlatformMissing,
                () => ReportReader.ReadAsync(request, TestContext.Current.CancellationToken)
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_JSON_does_not_depend_on_when_it_is_made()
    {
        var image = ReportTest.Of([File("a", "1")], [File("b", "2")]);
        Assert.Equal(
            ReportJson.Of(await ReportTest.ReportAsync(image)).ToJsonString(),
            ReportJson.Of(await ReportTest.ReportAsync(image)).ToJsonString()
        );
    }

    // The comment tells our entries from others'.
    private static Image WithoutOurs(Image image)
    {
        var text = Encoding
            .UTF8.GetString(image.Config.Bytes.Span)
            .Replace(History.Comment, "", StringComparison.Ordinal);
        return image.With(ImageConfig.Parse(Encoding.UTF8.GetBytes(text), "test"));
    }
}
