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
    private const string DepsJson = """
        {"runtimeTarget":{"name":".NETCoreApp,Version=v10.0/linux-x64"},
         "targets":{".NETCoreApp,Version=v10.0/linux-x64":{
           "shop/1.0.0":{"runtime":{"shop.dll":{}}},
           "Serilog/4.2.0":{"runtime":{"lib/net9.0/Serilog.dll":{}},"resources":{"lib/net9.0/de/Serilog.resources.dll":{"locale":"de"}}},
           "Native/1.0.0":{"native":{"runtimes/linux-x64/native/libn.so":{}},"runtimeTargets":{"runtimes/win/lib/w.dll":{"rid":"win"}}},
           "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.1":{"runtime":{"System.Runtime.dll":{}}}}},
         "libraries":{"shop/1.0.0":{"type":"project"},"Serilog/4.2.0":{"type":"package"},"Native/1.0.0":{"type":"package"},
           "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.1":{"type":"runtimepack"}}}
        """;

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
    public async Task Files_of_NuGet_packages_and_the_runtime_are_told_by_deps_json()
    {
        var report = await ReportTest.ReportAsync(
            ReportTest.Of([
                File("app/shop.deps.json", DepsJson),
                File("app/shop.dll", "s"),
                File("app/Serilog.dll", "12"),
                File("app/de/Serilog.resources.dll", "1"),
                File("app/libn.so", "1"),
                File("app/runtimes/win/lib/w.dll", "1"),
                File("app/System.Runtime.dll", "1"),
            ])
        );
        Assert.Equal(
            [
                ("NuGet", "Native 1.0.0", 2),
                ("NuGet", "Serilog 4.2.0", 2),
                ("Runtime", "Microsoft.NETCore.App.Runtime.linux-x64 10.0.1", 1),
            ],
            report.Packages.Select(package =>
                (package.Package.Kind.ToString(), package.Package.ToString(), package.Files)
            )
        );
        Assert.Null(report.Files().Single(file => file.Path == "/app/shop.dll").Package);
        Assert.Equal(3, report.Packages.Single(package => package.Package.Name == "Serilog").Size);
    }

    [Fact]
    public async Task Files_of_Debian_Alpine_and_shared_frameworks_are_told_too()
    {
        const string Status =
            "Package: dash\nStatus: install ok installed\nVersion: 0.5.12\nArchitecture: amd64\n\n"
            + "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: amd64\n";
        var report = await ReportTest.ReportAsync(
            ReportTest.Of([
                Folder("usr"),
                Folder("usr/bin"),
                Link("bin", "usr/bin"),
                File("usr/bin/dash", "1"),
                File("usr/bin/tz", "1"),
                File("var/lib/dpkg/status", Status),
                File("var/lib/dpkg/info/dash.list", "/.\n/bin\n/bin/dash\n"),
                File("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2026a\nArchitecture: all\n"),
                File("var/lib/dpkg/status.d/tzdata.md5sums", "0123  usr/bin/tz\n"),
                File("lib/apk/db/installed", "P:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl.so\n\nP:x\nV:1\n"),
                File("lib/ld-musl.so", "1"),
                File("usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.1/System.dll", "1"),
            ])
        );
        Assert.Equal(
            [
                ("Runtime", "Microsoft.NETCore.App 10.0.1", 1),
                ("Debian", "dash 0.5.12", 1),
                ("Debian", "tzdata 2026a", 1),
                ("Alpine", "musl 1.2.5-r0", 1),
                ("Alpine", "x 1", 0),
            ],
            report.Packages.Select(package =>
                (package.Package.Kind.ToString(), package.Package.ToString(), package.Files)
            )
        );
    }

    [Theory]
    [InlineData("app/x.deps.json", "{")]
    [InlineData(
        "app/x.deps.json",
        "{\"libraries\":[],\"runtimeTarget\":{\"name\":\"t\"},\"targets\":{\"t\":{\"a/1\":3}}}"
    )]
    [InlineData(
        "app/x.deps.json",
        "{\"libraries\":{\"a/1\":{\"type\":\"package\"}},\"runtimeTarget\":{\"name\":\"t\"},\"targets\":{\"t\":{\"a/1\":{\"runtimeTargets\":{\"../../x\":{}}}}}}"
    )]
    [InlineData("var/lib/dpkg/status", "no status file")]
    [InlineData("var/lib/dpkg/info/x.list", "/../..")]
    [InlineData("lib/apk/db/installed", "P:\nV\nR:../x\nP:a\nV:1\nR:../x")]
    public async Task Records_that_cannot_be_read_are_no_error(string path, string text) =>
        Assert.All(
            (await ReportTest.ReportAsync(ReportTest.Of([File(path, text)]))).Packages,
            package => Assert.Equal(0, package.Files)
        );

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
