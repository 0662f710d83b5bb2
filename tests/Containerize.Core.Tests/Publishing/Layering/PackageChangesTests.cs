using System.Collections.Immutable;
using Containerize.Core.Tests.Stores;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Layering;

/// <summary>Which packages have layers of their own where it is known how often they changed.</summary>
public sealed class PackageChangesTests
{
    private const long Large = LayerBudget.LeastPackage;

    [Fact]
    public void One_that_changed_has_its_layer_however_small_it_is() =>
        Assert.Equal(["large", "small"], Own(5, new("large", Large, 0), new("other", 9, 0), new("small", 1, 1)));

    [Fact]
    public void One_that_changes_often_goes_before_a_large_one_that_never_did() =>
        Assert.Equal(
            ["small"],
            Own(1, new("large", 5 * Large, 0), new("larger", 6 * Large, 0), new("small", 20_000, 10))
        );

    [Fact]
    public void A_large_one_goes_before_small_ones_that_changed_together()
    {
        var family = Enumerable.Range(0, 10).Select(i => new BudgetedPackage($"family-{i}", 50_000, 1));
        Assert.Contains("large", Own(3, [.. family, new("large", 20 * Large, 0)]));
    }

    [Fact]
    public void Of_two_that_changed_alike_the_larger_goes_first_and_then_the_first_by_name()
    {
        Assert.Equal(["b"], Own(1, new("a", 10, 2), new("b", 11, 2), new("c", 9, 2)));
        Assert.Equal(["a"], Own(1, new("c", 10, 2), new("a", 10, 2), new("b", 10, 2)));
    }

    [Fact]
    public void A_small_one_that_is_alone_or_left_alone_is_parted_from_nothing()
    {
        Assert.Equal([], Own(5, new BudgetedPackage("small", 1, 7)));
        Assert.Equal(["small"], Own(5, new("small", 1, 7), new("other", 1, 0)));
        Assert.Equal(["large"], Own(5, new("small", 1, 7), new("large", 9 * Large, 7)));
    }

    [Fact]
    public void The_budget_is_never_exceeded()
    {
        var packages = Enumerable.Range(0, 9).Select(i => new BudgetedPackage($"{i}", i, i)).ToArray();
        Assert.Equal(4, Own(4, packages).Length);
        Assert.Empty(Own(0, packages));
        Assert.Empty(Own(-3, packages));
    }

    [Fact]
    public void The_most_changes_of_the_largest_packages_are_counted_without_overflow() =>
        Assert.Equal(
            ["a"],
            Own(
                1,
                [
                    new("a", long.MaxValue / 4, 2_000_000),
                    .. Enumerable.Range(0, 100).Select(i => new BudgetedPackage($"b{i}", 1L << 50, 1_000_000)),
                ]
            )
        );

    // The rule of before, in one line.
    [Fact]
    public void Without_a_change_the_largest_go_first()
    {
        var random = new Random(441);
        for (var round = 0; round < 500; round++)
        {
            var packages = Enumerable
                .Range(0, random.Next(8))
                .Select(i => new BudgetedPackage($"{i}", random.Next(4) * (Large / 2), 0))
                .ToArray();
            var room = random.Next(6);
            Assert.Equal(
                packages
                    .Where(package => package.Size >= Large)
                    .OrderByDescending(package => package.Size)
                    .ThenBy(package => package.Layer, StringComparer.Ordinal)
                    .Take(room)
                    .Select(package => package.Layer)
                    .Order(StringComparer.Ordinal),
                Own(room, packages)
            );
        }
    }

    [Theory]
    [InlineData("acme.small", 3, "dependencies-acme-small: small.dll, dependencies: other.dll same.dll")]
    [InlineData("ACME.Small", 3, "dependencies-acme-small: small.dll, dependencies: other.dll same.dll")]
    [InlineData("Acme.Gone", 3, "dependencies: other.dll same.dll small.dll")]
    [InlineData("Acme.Small", 0, "dependencies: other.dll same.dll small.dll")]
    [InlineData("Acme.Other", 1, "dependencies-acme-other: other.dll same.dll, dependencies: small.dll")]
    [InlineData("Acme_Other", 1, "dependencies-acme-other: other.dll same.dll, dependencies: small.dll")]
    public void The_settings_name_packages_in_any_case(string id, int changes, string layers)
    {
        using var folder = new TemporaryFolder();
        var items = new List<PublishedItem>();
        foreach (var (name, package) in Packages)
        {
            File.WriteAllText(folder[name], name);
            items.Add(new PublishedItem(name) { PackageId = package, PackageVersion = "1.0.0" });
        }

        var settings = new ContainerSettings();
        var plan = LayerPlan.Create(
            PublishFolder.List(folder.Root),
            items,
            settings with
            {
                PackageChanges = settings.PackageChanges.Add(id, changes),
            }
        );
        Assert.Equal(
            layers,
            string.Join(
                ", ",
                plan.Layers.Select(layer =>
                    $"{layer.Name}: "
                    + string.Join(' ', layer.Entries.Select(entry => entry.Path.Name).Where(name => name != "app"))
                )
            )
        );
    }

    // The layers of two packages have one name.
    private static readonly ImmutableArray<(string Name, string Package)> Packages =
    [
        ("other.dll", "Acme.Other"),
        ("same.dll", "Acme_Other"),
        ("small.dll", "Acme.Small"),
    ];

    private static string[] Own(int room, params BudgetedPackage[] packages) =>
        [.. LayerBudget.OfTheirOwn(packages, room).Order(StringComparer.Ordinal)];
}
