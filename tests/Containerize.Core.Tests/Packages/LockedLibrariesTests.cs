using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Packages;
using Containerize.Projects;
using Containerize.Publishing.Files;

namespace Containerize.Core.Tests.Packages;

/// <summary>The history of the versions of NuGet packages in the lock file.</summary>
public sealed class LockedLibrariesTests
{
    private static readonly Platform Amd64 = Platform.FromRuntimeIdentifier("linux-x64");

    [Fact]
    public void A_version_that_is_another_counts_as_a_change_and_the_same_once_more_does_not()
    {
        var first = LockedLibraries.None.Next([("A", "1.0"), ("B", "1.0"), ("A", "1.0")]);
        Assert.Equal(["A 1.0 0", "B 1.0 0"], Lines(first));
        Assert.Equal(Lines(first), Lines(first.Next([("B", "1.0"), ("A", "1.0")])));
        var second = first.Next([("a", "1.1"), ("B", "1.0")]);
        Assert.Equal(["a 1.1 1", "B 1.0 0"], Lines(second));
        Assert.Equal(["a 1.1 1", "B 1.0 0"], Lines(second.Next([("a", "1.1"), ("B", "1.0")])));
        // Back is a change, too.
        Assert.Equal(["A 1.0 2", "B 1.0 0"], Lines(second.Next([("A", "1.0"), ("B", "1.0")])));
        Assert.Equal(2, second.Next([("A", "1.0")]).Changes["a"]);
    }

    [Fact]
    public void One_that_is_gone_is_forgotten_and_one_of_two_versions_has_both()
    {
        var first = LockedLibraries.None.Next([("A", "1.0"), ("B", "2.0"), ("B", "1.0")]);
        Assert.Equal(["A 1.0 0", "B 1.0 2.0 0"], Lines(first));
        var without = first.Next([("B", "1.0"), ("B", "2.0")]);
        Assert.Equal(["B 1.0 2.0 0"], Lines(without));
        Assert.Equal(["A 1.1 0", "B 1.0 1"], Lines(without.Next([("A", "1.1"), ("B", "1.0")])));
    }

    [Fact]
    public void There_is_a_limit_of_changes() =>
        Assert.Equal(
            ["A 2 1000000"],
            Lines(Of("\"A\": {\"version\": \"1\", \"changes\": 1000000}").Next([("A", "2")]))
        );

    [Fact]
    public void What_changed_is_listed_and_a_first_record_is_one_line()
    {
        var first = LockedLibraries.None.Next([("A", "1"), ("B", "1"), ("C", "1")]);
        Assert.Equal(["+ NuGet packages: 3"], Lock(LockedLibraries.None).ChangesTo(Lock(first)));
        Assert.Equal([], Lock(first).ChangesTo(Lock(first)));
        Assert.Equal(
            ["~ NuGet B 1 -> 2", "+ NuGet D 4", "- NuGet A 1"],
            Lock(first).ChangesTo(Lock(first.Next([("B", "2"), ("C", "1"), ("D", "4")])))
        );
    }

    [Fact]
    public void The_file_is_read_as_it_is_written_in_the_order_of_the_ids()
    {
        var text = Text(LockedLibraries.None.Next([("b", "1"), ("C", "1"), ("A", "1")]).Next([("b", "2"), ("A", "1")]));
        Assert.EndsWith(
            """
                  "packages": [],
                  "nuget": {
                    "Shop": {
                      "A": {
                        "version": "1",
                        "changes": 0
                      },
                      "b": {
                        "version": "2",
                        "changes": 1
                      }
                    }
                  }
                }
              }
            }

            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal
        );
        Assert.Equal(text, PackageLock.Parse(text, "x").ToString());
    }

    [Fact]
    public void A_file_without_them_stays_as_it_is()
    {
        var text = Text(LockedLibraries.None);
        Assert.DoesNotContain("nuget", text, StringComparison.Ordinal);
        Assert.Empty(PackageLock.Parse(text, "x").Platforms["linux/amd64"].Libraries);
    }

    [Theory]
    [InlineData("\"A\": {\"version\": \"1\", \"changes\": -1}")]
    [InlineData("\"A\": {\"version\": \"1\", \"changes\": 1000001}")]
    [InlineData("\"A\": {\"version\": \"1\", \"changes\": 99999999999999999999}")]
    [InlineData("\"A\": {\"version\": \"1\", \"changes\": 1.5}")]
    [InlineData("\"A\": {\"version\": \"1\", \"changes\": \"1\"}")]
    [InlineData("\"A\": {\"version\": \"1\"}")]
    [InlineData("\"A\": {\"changes\": 1}")]
    [InlineData("\"A\": {\"version\": 1, \"changes\": 1}")]
    [InlineData("\"A\": \"1\"")]
    [InlineData("\"A\": null")]
    [InlineData("\"A\": {\"version\": \"1\", \"changes\": 1}, \"a\": {\"version\": \"2\", \"changes\": 1}")]
    public void What_is_no_history_is_refused(string libraries) =>
        Assert.Same(
            DiagnosticTable.LockFileInvalid,
            Assert.Throws<ContainerizeException>(() => Of(libraries)).Diagnostic
        );

    [Fact]
    public void A_run_goes_by_the_file_or_by_what_it_is_going_to_write()
    {
        using var folder = new TemporaryFolder();
        var path = folder[PackageLock.FileName];
        var index = new PublishIndex([
            new PublishedItem("a.dll") { PackageId = "A", PackageVersion = "2" },
            new PublishedItem("b.dll") { PackageId = "B" },
            new PublishedItem("runtime.dll")
            {
                PackageId = "R",
                PackageVersion = "1",
                IsRuntime = true,
            },
            new PublishedItem("app.dll"),
        ]);
        // There is no file yet.
        Assert.Equal([], Lines(new LibraryHistory("", "Shop", false).Read(Amd64, index)));
        Assert.Equal([], Lines(new LibraryHistory("", "Shop", true).Read(Amd64, index)));
        Assert.Equal([], Lines(new LibraryHistory(path, "Shop", false).Read(Amd64, index)));
        Assert.Equal(["A 2 0", "B  0"], Lines(new LibraryHistory(path, "Shop", true).Read(Amd64, index)));
        Assert.False(File.Exists(path));

        File.WriteAllText(path, Text(LockedLibraries.None.Next([("A", "1"), ("Gone", "1")])));
        Assert.Equal(["A 1 0", "Gone 1 0"], Lines(new LibraryHistory(path, "Shop", false).Read(Amd64, index)));
        Assert.Equal(["A 2 1", "B  0"], Lines(new LibraryHistory(path, "Shop", true).Read(Amd64, index)));
        var arm64 = Platform.FromRuntimeIdentifier("linux-arm64");
        Assert.Equal([], Lines(new LibraryHistory(path, "Shop", false).Read(arm64, index)));
        Assert.Equal(["A 2 0", "B  0"], Lines(new LibraryHistory(path, "Shop", true).Read(arm64, index)));
    }

    [Fact]
    public void Each_project_of_one_file_has_a_history_of_its_own()
    {
        using var folder = new TemporaryFolder();
        var path = folder[PackageLock.FileName];
        var shop = LockedLibraries.None.Next([("A", "1")]).Next([("A", "2")]);
        var file = new PackageLockFile(path, isUpdate: true);
        file.Update(Amd64, Lock(shop));
        var admin = LockedLibraries.None.Next([("A", "1"), ("B", "1")]);
        Assert.Equal(
            ["+ NuGet packages: 2"],
            file.Update(Amd64, Lock(shop) with { Libraries = PlatformLock.NoLibraries.SetItem("Admin", admin) })
        );
        Assert.Equal(["A 2 1"], Lines(LockedLibraries.Of(path, Amd64, "Shop")));
        Assert.Equal(["A 1 0", "B 1 0"], Lines(LockedLibraries.Of(path, Amd64, "Admin")));
        // A project that has no packages any more has no entry.
        file.Update(Amd64, Lock(LockedLibraries.None));
        Assert.DoesNotContain("Shop", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(2, LockedLibraries.Of(path, Amd64, "Admin").ById.Count);
    }

    private static PlatformLock Lock(LockedLibraries libraries) =>
        new("x", null, [], []) { Libraries = PlatformLock.NoLibraries.SetItem("Shop", libraries) };

    private static string Text(LockedLibraries libraries) =>
        new PackageLock(PackageLock.Empty.Platforms.Add("linux/amd64", Lock(libraries))).ToString();

    private static LockedLibraries Of(string libraries) =>
        PackageLock
            .Parse(
                $$"""
                {"version": 1, "platforms": {"linux/amd64":
                  {"base": "x", "requested": [], "packages": [], "nuget": {"Shop": { {{libraries}} } } } } }
                """,
                "x"
            )
            .Platforms["linux/amd64"]
            .Libraries["Shop"];

    private static IEnumerable<string> Lines(LockedLibraries libraries) =>
        libraries.ById.Select(library =>
            FormattableString.Invariant($"{library.Key} {library.Value.Version} {library.Value.Changes}")
        );
}
