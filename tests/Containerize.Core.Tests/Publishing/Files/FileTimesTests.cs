using System.Buffers.Binary;
using System.Text;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Files;

/// <summary>The times that files have in an image, by which web servers tell browsers whether a file changed.</summary>
public sealed class FileTimesTests : IDisposable
{
    private static readonly DateTimeOffset Created = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    // SHA-256 of no bytes begins with e3b0c4.
    private static readonly DateTimeOffset Empty = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(
        0xe3b0c4
    );

    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-times-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("wwwroot/site.css")]
    [InlineData("ClientApp/dist/index.html")]
    [InlineData("public/p.js")]
    [InlineData("appsettings.json")]
    [InlineData("app")]
    public void A_file_of_the_same_length_with_another_content_has_another_time(string name)
    {
        Write(name, "one"u8);
        var before = TimeOf(name);
        Write(name, "two"u8);
        Assert.NotEqual(before, TimeOf(name));
        Assert.DoesNotContain(Created, new[] { before, TimeOf(name) });
        Write(name, []);
        Assert.Equal(Empty, TimeOf(name));
    }

    [Fact]
    public void An_assembly_has_the_time_of_the_image_unless_it_is_a_static_file()
    {
        var assembly = File.ReadAllBytes(typeof(Digest).Assembly.Location);
        foreach (var name in new[] { "app.dll", "app.exe", "wwwroot/app.dll" })
            Write(name, assembly);
        Assert.Equal((Created, Created), (TimeOf("app.dll"), TimeOf("app.exe")));
        Assert.NotEqual(Created, TimeOf("wwwroot/app.dll"));
    }

    [Theory]
    [InlineData("no CLI header")]
    [InlineData("cut off")]
    [InlineData("MZ alone")]
    public void A_Windows_program_that_is_no_assembly_may_be_there_to_be_fetched(string kind)
    {
        var program = File.ReadAllBytes(typeof(Digest).Assembly.Location);
        var header = BinaryPrimitives.ReadInt32LittleEndian(program.AsSpan(0x3C));
        var directories =
            header + 24 + (BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(header + 24)) == 0x20B ? 112 : 96);
        program.AsSpan(directories + (14 * 8), 8).Clear();
        Write(
            "setup.exe",
            kind switch
            {
                "no CLI header" => program,
                "cut off" => program.AsSpan(0, header + 30),
                _ => program.AsSpan(0, 2),
            }
        );
        Assert.NotEqual(Created, TimeOf("setup.exe"));
    }

    [Fact]
    public void Folders_have_the_time_of_the_image_and_a_link_that_of_the_file_it_leads_to()
    {
        Write("lib/real.js", []);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.js"), "lib/real.js");
        File.CreateSymbolicLink(Path.Combine(_folder, "folder"), "lib");
        File.CreateSymbolicLink(Path.Combine(_folder, "nowhere"), "gone");
        Assert.Equal(
            (Created, Empty, Created, Created),
            (TimeOf("lib"), TimeOf("link.js"), TimeOf("folder"), TimeOf("nowhere"))
        );
    }

    [Fact]
    public void A_file_beside_the_published_ones_is_like_them()
    {
        Write("app.txt", []);
        var source = Path.Combine(_folder, "app.txt");
        var plan = Plan(
            new ExtraFile(source, ContainerPath.Parse("/app/wwwroot/hello.js")),
            new ExtraFile(source, ContainerPath.Parse("/srv/page.html")),
            new ExtraFile(typeof(Digest).Assembly.Location, ContainerPath.Parse("/srv/lib.dll"))
        );
        Assert.Equal(
            [Empty, Empty, Created],
            new[] { "/app/wwwroot/hello.js", "/srv/page.html", "/srv/lib.dll" }.Select(path => TimeIn(plan, path))
        );
    }

    [Fact]
    public void What_remembers_hashes_is_asked_for_them()
    {
        Write("a.txt", "a"u8);
        var plan = LayerPlan.Create(
            PublishFolder.List(_folder),
            [],
            new ContainerSettings(),
            content => Path.GetFileName(content.Path) == "a.txt" ? "000007" : ""
        );
        Assert.Equal(new DateTimeOffset(2025, 1, 1, 0, 0, 7, TimeSpan.Zero), TimeIn(plan, "/app/a.txt"));
    }

    [Fact]
    public void The_endpoints_manifest_says_the_times_that_the_files_have_in_the_image()
    {
        Write("wwwroot/a.css", []);
        Write("wwwroot/b.css", []);
        Write("other.css", "other"u8);
        var published = Manifest(("a.css", "A"), ("b.css", "B"), ("gone.css", "kept"), ("../gone.css", "kept"));
        Write("app.staticwebassets.endpoints.json", Encoding.UTF8.GetBytes(published));
        var plan = Plan(new ExtraFile(Path.Combine(_folder, "other.css"), ContainerPath.Parse("/app/wwwroot/b.css")));
        var entry = plan
            .Layers.SelectMany(layer => layer.Entries)
            .Single(entry => entry.Path.Name.EndsWith(".json", StringComparison.Ordinal));
        var text = new StreamReader(entry.Content!.Open(), Encoding.UTF8).ReadToEnd();
        Assert.Equal(
            Manifest(
                ("a.css", "Sun, 22 Jun 2025 16:58:44 GMT"),
                ("b.css", TimeIn(plan, "/app/wwwroot/b.css").ToString("R")),
                ("gone.css", "kept"),
                ("../gone.css", "kept")
            ),
            text
        );
        Assert.NotEqual(Empty, TimeIn(plan, "/app/wwwroot/b.css"));
        Assert.Equal(published, File.ReadAllText(Path.Combine(_folder, "app.staticwebassets.endpoints.json")));
    }

    // What a publish becomes: modes, times, owners and the order of layers, which LayerWriter's own digests do not
    // hold.
    [Fact]
    public void A_publish_has_this_golden_digest()
    {
        Write("run.sh", "#!/bin/sh\n"u8);
        Write("ClientApp/dist/index.html", "<p>"u8);
        File.CreateSymbolicLink(Path.Combine(_folder, "index.html"), "ClientApp/dist/index.html");
        var writer = new LayerWriter("", new LayerEncoding(LayerCompression.None, null));
        var written = writer.Write(Plan().Layers.Single(), Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal(
            "sha256:17f897159c94f79e3174f6168ec13a22f7b013f0db55ac0b160e3108531d464c",
            written.DiffId.ToString()
        );
    }

    private static string Manifest(params (string Asset, string Time)[] endpoints) =>
        $$"""{"Endpoints":[{{string.Join(',', endpoints.Select(endpoint =>
        $$"""{"AssetFile":"{{endpoint.Asset}}","ResponseHeaders":[{"Name":"ETag","Value":"\"x\""},{"Name":"Last-Modified","Value":"{{endpoint.Time}}"}]}"""))}}]}""";

    private DateTimeOffset TimeOf(string name) => TimeIn(Plan(), "/app/" + name);

    private static DateTimeOffset TimeIn(LayerPlan plan, string path) =>
        plan.Layers.SelectMany(layer => layer.Entries).First(entry => entry.Path.Text == path).ModificationTime;

    private LayerPlan Plan(params ExtraFile[] extras) =>
        LayerPlan.Create(
            PublishFolder.List(_folder),
            [],
            new ContainerSettings { Created = Created, Files = [.. extras] }
        );

    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
