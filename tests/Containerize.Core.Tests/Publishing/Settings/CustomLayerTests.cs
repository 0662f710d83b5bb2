using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Settings;

public sealed class CustomLayerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-custom-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_layer_of_the_projects_own_lies_below_the_app_and_the_first_claim_wins()
    {
        Touch("app.dll", "native/a.so", "native/deep/b.so", "models/x.bin", "Native/c.so");
        var plan = Plan(
            new ContainerSettings
            {
                Layers =
                [
                    new("natives", ["native/**"]),
                    new("models", ["models/*", "**/b.so"]),
                    new("none", ["nothing/*"]),
                ],
            }
        );
        Assert.Equal(
            ["natives: a.so b.so", "models: x.bin", "app: c.so app.dll"],
            plan.Layers.Select(layer =>
                $"{layer.Name}: "
                + $"{string.Join(' ', layer.Entries.Where(entry => entry.Kind == EntryKind.File).Select(entry => entry.Path.Name))}"
            )
        );
        Assert.Equal(["native/deep/b.so"], plan.Contested);
        Assert.Equal(["none"], plan.EmptyLayers);
    }

    [Fact]
    public void A_file_beside_the_published_ones_has_its_own_mode_owner_and_layer_and_nothing_above_it()
    {
        Touch("app.dll", "settings.json");
        var source = Path.Combine(_folder, "app.dll");
        var plan = Plan(
            new ContainerSettings
            {
                Files =
                [
                    new(source, ContainerPath.Parse("/etc/ssl/certs/ca.crt"))
                    {
                        Mode = ExtraFile.ParseMode("4750", "x"),
                        Uid = 1,
                        Gid = 2,
                        Layer = "certs",
                    },
                    new(source, ContainerPath.Parse("/app/settings.json")) { Mode = 384 },
                ],
            }
        );
        Assert.Equal(
            [
                "certs /etc/ssl/certs/ca.crt 2536 1:2",
                "app /app 493 0:0",
                "app /app/app.dll 420 0:0",
                "app /app/settings.json 384 0:0",
            ],
            plan.Layers.SelectMany(layer =>
                layer.Entries.Select(entry => $"{layer.Name} {entry.Path} {entry.Mode} {entry.Uid}:{entry.Gid}")
            )
        );
    }

    [Theory]
    [InlineData("app", "x")]
    [InlineData("packages", "x")]
    [InlineData("../up", "x")]
    [InlineData("Upper", "x")]
    [InlineData("mine", "../x")]
    [InlineData("mine", "a/../../x")]
    [InlineData("mine", "/x")]
    [InlineData("mine", null)]
    public void A_layer_that_cannot_be_is_an_error(string name, string? glob) =>
        Assert.Equal(
            DiagnosticTable.InvalidLayer,
            Assert.Throws<ContainerizeException>(() => new CustomLayer(name, glob is null ? [] : [glob])).Diagnostic
        );

    [Theory]
    [InlineData("9999")]
    [InlineData("64")]
    [InlineData("rwx")]
    [InlineData("07777")]
    public void A_mode_that_is_none_is_an_error(string mode) =>
        Assert.Equal(
            DiagnosticTable.InvalidFile,
            Assert.Throws<ContainerizeException>(() => ExtraFile.ParseMode(mode, "x")).Diagnostic
        );

    [Theory]
    [InlineData("a:b:c")]
    [InlineData("app user")]
    [InlineData("app:")]
    [InlineData("1:")]
    [InlineData("-1")]
    public void An_owner_that_is_none_is_an_error(string owner) =>
        Assert.Equal(
            DiagnosticTable.InvalidFile,
            Assert
                .Throws<ContainerizeException>(() => new ExtraFile("x", ContainerPath.Root).OwnedBy(owner, "x"))
                .Diagnostic
        );

    [Fact]
    public void A_file_that_does_not_exist_is_an_error()
    {
        Touch("app.dll");
        var settings = new ContainerSettings
        {
            Files = [new(Path.Combine(_folder, "gone"), ContainerPath.Parse("/x"))],
        };
        Assert.Equal(
            DiagnosticTable.InvalidFile,
            Assert.Throws<ContainerizeException>(() => Plan(settings)).Diagnostic
        );
    }

    private LayerPlan Plan(ContainerSettings settings) =>
        LayerPlan.Create(PublishFolder.Read(_folder, new HashSet<string>()), [], settings);

    private void Touch(params string[] names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }
}
