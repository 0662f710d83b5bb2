using System.Collections.Immutable;
using Containerize.Projects;
using Containerize.Publishing.UpToDate;

namespace Containerize.Core.Tests.Projects;

/// <summary>What of a publish folder an image leaves out.</summary>
public sealed class LeftoverFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-leftover-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Folder => Path.Combine(_root, "publish");

    [Fact]
    public void What_an_earlier_publish_has_put_there_is_left_out()
    {
        Write("app.dll", "old.dll", "mine.txt");
        Assert.Empty(Take("app.dll", "old.dll"));
        Assert.Equal(["old.dll"], Take("app.dll"));
        Assert.Empty(Take("app.dll", "old.dll"));
    }

    [Fact]
    public void Symbols_of_native_code_are_left_out_where_the_program_is_named()
    {
        Write("app", "app.dbg", "app.pdb", "app.dSYM/Info.plist", "other.dbg");
        string[] all = ["app", "app.dbg", "app.pdb", "app.dSYM/Info.plist", "other.dbg"];
        Assert.Equal(["app.dSYM/Info.plist", "app.dbg", "app.pdb"], Take("app", all).Order(StringComparer.Ordinal));
        Assert.Empty(Take("", all));
    }

    [Fact]
    public void Files_that_targets_wrote_belong_to_the_publish()
    {
        Write("app.dll", "written.txt");
        var folder = List([]) with { Writes = [Path.Combine(Folder, "written.txt"), Path.Combine(_root, "elsewhere")] };
        folder.TakeLeftOut();
        Assert.Equal(["written.txt"], Take("app.dll"));
    }

    private ImmutableSortedSet<string> Take(params string[] listed) => List(listed).TakeLeftOut();

    private ImmutableSortedSet<string> Take(string program, string[] listed) =>
        (List(listed) with { Program = program }).TakeLeftOut();

    private LeftoverFiles List(string[] listed) =>
        new(Folder, Path.Combine(_root, "history"), FolderState.Of(Folder, TimeProvider.System)) { Paths = listed };

    private void Write(params string[] names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, name);
        }
    }
}
