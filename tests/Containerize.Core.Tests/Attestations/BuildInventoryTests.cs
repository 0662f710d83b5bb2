using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Containerize.Attestations;
using Containerize.Core.Tests.Dockerfiles;
using Containerize.Core.Tests.FileSystems;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Projects.Documents;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Attestations;

/// <summary>
/// The inventory of an image that a run made: which file of what lies in which layer, the same in any folder.
/// </summary>
public sealed class BuildInventoryTests : IDisposable
{
    private static readonly string[] Names =
    [
        "App.dll",
        "App",
        "Lib.dll",
        "Lib.pdb",
        "Serilog.dll",
        "Serilog.Sinks.Console.dll",
        "Odd.dll",
    ];

    private readonly RestoredProject _project = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Files_are_listed_with_their_owner_their_layer_and_their_hashes()
    {
        var inventory = await InventoryAsync("one");
        var serilog = inventory.Components.Single(component => component.Name == "Serilog");
        var file = Assert.Single(serilog.Files);
        Assert.Equal("/app/Serilog.dll", file.Path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("Serilog.dll"u8)), file.Sha256);
        Assert.Equal(file.Layer, serilog.Layer);
        Assert.True(inventory.Layers.ContainsKey(file.Layer));
        Assert.Equal(
            ["/app/Lib.dll", "/app/Lib.pdb"],
            inventory.Components.Single(component => component.Name == "Lib").Files.Select(each => each.Path)
        );
        Assert.Equal(["/app/App", "/app/App.dll"], inventory.App.Files.Select(each => each.Path));
    }

    // A scanner compares the documents with the layers: a path before a link of the base names no file there.
    [Theory]
    [InlineData("/app", "/app", "/opt/tool", "/opt/tool")]
    [InlineData("/app", "/app", "/bin/tool", "/usr/bin/tool")]
    [InlineData("/srv/link/shop", "/home/app/shop", "/srv/link/tool", "/home/app/tool")]
    [InlineData("/srv/link", "/home/app", "/bin/tool", "/usr/bin/tool")]
    public async Task Each_path_is_that_of_an_entry_of_its_layer(
        string folder,
        string placedFolder,
        string file,
        string placedFile
    )
    {
        var source = _project["tool"];
        await File.WriteAllTextAsync(source, "tool", Cancelled);
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=one", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch.AddYears(1)
        );
        await File.WriteAllTextAsync(_project["one.crt"], certificate.ExportCertificatePem(), Cancelled);
        var (result, inventory) = await BuildAsync(
            "placed",
            new MemorySource(
                TestTar.Of([
                    TestTar.Folder("usr/bin"),
                    TestTar.Folder("home/app"),
                    TestTar.Link("bin", "usr/bin"),
                    TestTar.Link("srv/link", "../home/app"),
                    TestTar.File("etc/ssl/certs/ca-certificates.crt", "theirs\n"),
                ])
            ),
            new ContainerSettings
            {
                Command = new CommandSettings { AppCommand = [folder + "/App"] },
                WorkingDirectory = ContainerPath.Parse(folder),
                Files =
                [
                    new ExtraFile(source, ContainerPath.Parse(file)),
                    new ExtraFile(_project["one.crt"], ContainerPath.Parse("/usr/local/share/ca-certificates/one.crt")),
                ],
            }
        );
        var entries = new List<string>();
        foreach (var layer in result.Layers.Select(made => made.Layer))
        {
            var files = await ImageFiles.ReadAsync(TestTar.Of(layer), Cancelled);
            foreach (var entry in files.All.Where(entry => entry.Kind == EntryKind.File))
            {
                var text = await files.ReadTextAsync(entry.Path, Cancelled);
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text!)));
                entries.Add($"{layer.Name} {entry.Path} {hash}");
            }
        }

        Assert.Equal(
            entries.Order(StringComparer.Ordinal),
            inventory
                .Components.SelectMany(component => component.Files)
                .Select(each => $"{each.Layer} {each.Path} {each.Sha256}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            new[]
            {
                "/etc/ssl/certs/ca-certificates.crt",
                placedFile,
                placedFolder + "/App",
                placedFolder + "/App.dll",
                "/usr/local/share/ca-certificates/one.crt",
            }.Order(StringComparer.Ordinal),
            inventory.App.Files.Select(each => each.Path)
        );
        Assert.Equal(
            placedFolder + "/Serilog.dll",
            Assert.Single(inventory.Components.Single(component => component.Name == "Serilog").Files).Path
        );
    }

    [Fact]
    public async Task Two_folders_give_the_same_bytes()
    {
        var (one, two) = (await InventoryAsync("one"), await InventoryAsync("two"));
        Assert.Equal(SpdxDocument.Write(one), SpdxDocument.Write(two));
        Assert.Equal(CycloneDxDocument.Write(one), CycloneDxDocument.Write(two));
        Assert.Equal(
            ProvenanceStatement.Write(one, TestInventory.Parameters),
            ProvenanceStatement.Write(two, TestInventory.Parameters)
        );
    }

    [Fact]
    public async Task No_path_of_this_machine_is_in_a_document()
    {
        var text = Encoding.UTF8.GetString([
            .. SpdxDocument.Write(await InventoryAsync("one")),
            .. CycloneDxDocument.Write(await InventoryAsync("one")),
        ]);
        Assert.DoesNotContain(_project[""], text, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.MachineName, text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_runtime_in_a_base_is_read_from_its_variables()
    {
        var image = Image.Scratch(TestBuild.Amd64);
        var runtime = image.With(
            image.Config.WithVariable("DOTNET_VERSION", "10.0.1").WithVariable("ASPNET_VERSION", "10.0.2")
        );
        var found = Frameworks.Of(runtime, ["Microsoft.NETCore.App"], "linux-x64").ToArray();
        Assert.Equal("pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.0.1", Assert.Single(found).PackageUrl);
        Assert.Empty(Frameworks.Of(image, ["Microsoft.NETCore.App"], "linux-x64"));
    }

    private async Task<Inventory> InventoryAsync(string folder) =>
        (
            await BuildAsync(
                folder,
                new ScratchSource(),
                new ContainerSettings { Command = new CommandSettings { AppCommand = ["/app/App"] } }
            )
        ).Inventory;

    private async Task<(ContainerBuildResult Result, Inventory Inventory)> BuildAsync(
        string folder,
        IImageSource baseImage,
        ContainerSettings settings
    )
    {
        var publish = Directory.CreateDirectory(_project[folder + "/publish"]).FullName;
        foreach (var name in Names)
            await File.WriteAllTextAsync(Path.Combine(publish, name), name, Cancelled);
        var result = await new ContainerBuild
        {
            Base = baseImage,
            Platform = TestBuild.Amd64,
            PublishPath = publish,
            Index = new(_project.Facts.Items),
            Settings = settings,
            LayerPath = _project[folder + "/layers"],
            Sinks = [new OciLayoutSink(_project[folder + "/layout"], [ImageReference.Parse("localhost/app:1")])],
        }.RunAsync(Cancelled);
        var inventory = InventoryOfBuild.Create(
            _project.Facts,
            ProjectComponents.Read(_project.Facts),
            result,
            settings,
            null,
            withSha1: true
        );
        return (result, inventory);
    }

    private sealed class MemorySource(Image image) : IImageSource
    {
        public string Name => "test";

        public Task<Image> PullAsync(Platform platform, CancellationToken cancellationToken) => Task.FromResult(image);
    }
}
