using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Layering;

/// <summary>How packages are split into layers, and what is put together where there are too many.</summary>
public sealed class LayerBudgetTests : IDisposable
{
    private const int Large = (int)LayerBudget.LeastPackage;

    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-budget-").FullName;
    private readonly List<PublishedItem> _items = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_largest_packages_have_layers_of_their_own_as_far_as_the_budget_goes()
    {
        Add("app.dll", 1, null);
        Add("b.dll", Large + 1, "Beta.Lib");
        Add("a1.dll", Large / 2, "Alpha");
        Add("a2.dll", Large / 2, "Alpha");
        Add("s.dll", Large - 1, "Small");
        Assert.Equal(
            [
                "dependencies-alpha: a1.dll a2.dll",
                "dependencies-beta-lib: b.dll",
                "dependencies: s.dll",
                "app: app.dll",
            ],
            Layers(8)
        );
        Assert.Equal(["dependencies-beta-lib: b.dll", "dependencies: a1.dll a2.dll s.dll", "app: app.dll"], Layers(3));
        Assert.Equal(["dependencies: a1.dll a2.dll b.dll s.dll", "app: app.dll"], Layers(2));
    }

    [Fact]
    public void Of_packages_of_one_size_the_first_by_name_is_taken()
    {
        Add("app.dll", 1, null);
        Add("z.dll", Large, "Aardvark");
        Add("a.dll", Large, "Zebra");
        Assert.Equal(["dependencies-aardvark: z.dll", "dependencies: a.dll", "app: app.dll"], Layers(3));
    }

    [Fact]
    public void A_newer_version_of_one_package_changes_its_layer_alone()
    {
        Add("app.dll", 1, null);
        Add("b.dll", Large + 1, "Beta");
        Add("s.dll", 5, "Small");
        var before = Layers(8);
        _items.RemoveAll(item => item.PackageId == "Beta");
        Add("b.dll", Large * 3, "Beta", "2.0.0");
        Assert.Equal(before, Layers(8));
    }

    [Fact]
    public void What_changes_together_is_put_together_where_the_kinds_are_too_many()
    {
        Add("app.dll", 1, null);
        Add("app", 1, null);
        Add("a.dll", Large, "A");
        Add("p.dll", Large, "P", "1.0.0-beta");
        Add("wwwroot/site.css", 1, null);
        Add("r.so", 1, "Microsoft.NETCore.App.Runtime.linux-x64", isRuntime: true);
        Assert.Equal(["runtime", "dependencies", "prerelease", "host", "assets", "app"], Names(6));
        Assert.Equal(["runtime", "dependencies", "prerelease", "assets", "app"], Names(5));
        Assert.Equal(["runtime", "dependencies", "assets", "app"], Names(4));
        Assert.Equal(["dependencies", "assets", "app"], Names(3));
        Assert.Equal(["dependencies", "app"], Names(2));
        Assert.Equal(["app: a.dll app app.dll p.dll r.so site.css"], Layers(1));
    }

    [Fact]
    public void A_kind_that_joins_one_that_is_not_there_is_a_layer_still()
    {
        Add("app.dll", 1, null);
        Add("p.dll", Large, "P", "1.0.0-beta");
        Assert.Equal(["prerelease", "app"], Names(2));
        Assert.Equal(["app"], Names(1));
    }

    [Fact]
    public void Layers_of_the_projects_own_count_and_stay()
    {
        Add("app.dll", 1, null);
        Add("a.dll", Large, "A");
        Add("model.bin", 1, null);
        var own = new ContainerSettings { Layers = [new CustomLayer("models", ["*.bin"])] };
        Assert.Equal(
            ["dependencies", "models", "app"],
            Plan(own with { LayerBudget = 3 }).Layers.Select(layer => layer.Name)
        );
        Assert.Equal(["models", "app"], Plan(own with { LayerBudget = 1 }).Layers.Select(layer => layer.Name));
        Assert.Equal(
            ["dependencies-a", "models", "app"],
            Plan(own with { LayerBudget = 4 }).Layers.Select(layer => layer.Name)
        );
    }

    [Theory]
    [InlineData("Confluent.Kafka", "dependencies-confluent-kafka")]
    [InlineData("a_B", "dependencies-a-b")]
    [InlineData("A.Very.Long.Name.Of.A.Package.That.Somebody.Made", "dependencies-a-very-long-name-of-f0127d19")]
    public void A_layer_of_one_package_has_a_name_that_layers_may_have(string id, string name)
    {
        Assert.Equal(name, LayerNames.OfPackage(id));
        Assert.Equal(name, CustomLayer.CheckName(name));
        Assert.Equal(
            DiagnosticTable.InvalidLayer,
            Assert.Throws<ContainerizeException>(() => new CustomLayer(name, ["*"])).Diagnostic
        );
    }

    [Theory]
    [InlineData("", 8)]
    [InlineData("1", 1)]
    [InlineData("100", 100)]
    public void The_budget_is_a_number(string text, int budget) =>
        Assert.Equal(budget, ChoiceSetting.ParseBudget(text));

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("many")]
    public void A_budget_that_is_none_is_an_error(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidSetting,
            Assert.Throws<ContainerizeException>(() => ChoiceSetting.ParseBudget(text)).Diagnostic
        );

    private string[] Names(int budget) =>
        [.. Plan(new ContainerSettings { LayerBudget = budget }).Layers.Select(layer => layer.Name)];

    private string[] Layers(int budget) =>
        [
            .. Plan(new ContainerSettings { LayerBudget = budget })
                .Layers.Select(layer =>
                    $"{layer.Name}: "
                    + $"{string.Join(' ', layer.Entries.Where(entry => entry.Kind == EntryKind.File).Select(entry => entry.Path.Name))}"
                ),
        ];

    private LayerPlan Plan(ContainerSettings settings) =>
        LayerPlan.Create(PublishFolder.List(_folder), _items, settings);

    private void Add(string path, int size, string? package, string version = "1.0.0", bool isRuntime = false)
    {
        var full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using (var file = new FileStream(full, FileMode.Create))
            file.SetLength(size);
        _items.Add(
            new PublishedItem(path)
            {
                PackageId = package,
                PackageVersion = package is null ? null : version,
                IsRuntime = isRuntime,
            }
        );
    }
}
