using System.Reflection;
using Containerize.Images;

namespace Containerize.Core.Tests.Architecture;

/// <summary>The folders of Core use each other as <c>docs/architecture.md</c> says.</summary>
public sealed class FolderUseTests
{
    private static readonly FolderTable Table = FolderTable.Read();

    private static string Source => Path.Combine(Repository.Root, "src", "Containerize.Core");

    [Fact]
    public void Folders_use_each_other_as_the_table_says() =>
        Assert.Empty(Violations(Table, typeof(Digest).Assembly.GetTypes()).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_folder_uses_only_folders_above_it() => Assert.Empty(Table.Backward());

    [Fact]
    public void The_table_has_every_folder_and_no_other()
    {
        var folders = FilesByFolder().Select(folder => folder.Key).Order(StringComparer.Ordinal);
        Assert.Equal(folders, Table.Rows.Select(row => row.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        foreach (var folder in FilesByFolder())
        {
            var expected = $"namespace Containerize.{folder.Key.Replace('/', '.')};";
            Assert.All(folder, file => Assert.Contains(expected, File.ReadLines(file)));
        }
    }

    [Fact]
    public void A_use_against_the_table_is_caught()
    {
        var table = FolderTable.Parse("| `Low` | low | |\n| `High` | high | |\n");
        // The compiler puts the lambda into a type of its own.
        Type[] planted =
        [
            typeof(Planted.High.User),
            .. typeof(Planted.High.User).GetNestedTypes(BindingFlags.NonPublic),
        ];
        var violation = Assert.Single(Violations(table, planted).Distinct());
        Assert.Equal("High uses Low: User uses Thing", violation);
        Assert.Empty(Violations(FolderTable.Parse("| `Low` | low | |\n| `High` | high | `Low` |\n"), planted));
    }

    [Fact]
    public void A_table_without_an_order_is_caught()
    {
        var table = FolderTable.Parse(
            "| `One` | one | `Two` |\n| `Two` | two | `One` |\n| `Three` | three | `Four` |\n"
        );
        Assert.Equal(
            ["One may not use Two, which is not above it", "Three may not use Four, which is not above it"],
            table.Backward()
        );
    }

    private static IEnumerable<string> Violations(FolderTable table, IEnumerable<Type> types) =>
        from type in types
        let user = FolderOf(type)
        where user is not null
        from used in TypeUse.Of(type)
        let folder = FolderOf(used)
        where folder is not null && !table.Allows(user, folder)
        select $"{user} uses {folder}: {Outermost(type).Name} uses {Outermost(used).Name}";

    // The folder that the namespace follows; null for a type of another assembly.
    private static string? FolderOf(Type type)
    {
        var outer = Outermost(type);
        var root =
            outer.Namespace?.StartsWith(PlantedRoot, StringComparison.Ordinal) == true ? PlantedRoot
            : outer.Assembly == typeof(Digest).Assembly ? "Containerize."
            : null;
        return root is not null && outer.Namespace?.StartsWith(root, StringComparison.Ordinal) == true
            ? outer.Namespace[root.Length..].Replace('.', '/')
            : null;
    }

    private const string PlantedRoot = "Containerize.Core.Tests.Architecture.Planted.";

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<IGrouping<string, string>> FilesByFolder() =>
        Directory
            .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(folder => folder.Key.Split('/')[0] is not ("bin" or "obj"));
}
