using Containerize.Core.Tests.Stores;
using Containerize.Inspection.Reproducibility;

namespace Containerize.Core.Tests.Inspection.Reproducibility;

/// <summary>What belongs to a project's sources, and a copy of it.</summary>
public sealed class SourceTreeTests : IDisposable
{
    private static readonly DateTime Time = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_repository_it_is_the_project_what_it_names_and_what_tools_find_above()
    {
        Write(
            "w/global.json",
            "w/other.txt",
            "w/src/Directory.Build.props",
            "w/src/App/App.csproj",
            "w/src/App/Program.cs",
            "w/src/App/bin/App.dll",
            "w/src/App/obj/App.dll",
            "w/src/App/wwwroot/bin/kept.js",
            "w/lib/Lib/Lib.csproj",
            "w/lib/Lib/obj/Lib.dll",
            "w/lib/Beside/Beside.csproj",
            "w/shared/One.cs",
            "w/shared/Two.cs"
        );
        var tree = SourceTree.Of(
            _folder["w/src/App/App.csproj"],
            [_folder["w/lib/Lib/Lib.csproj"], _folder["w/shared/One.cs"], _folder["w/missing.cs"]]
        );
        Assert.Equal(
            [
                "global.json",
                "lib/Lib/Lib.csproj",
                "shared/One.cs",
                "src/App/App.csproj",
                "src/App/Program.cs",
                "src/App/wwwroot/bin/kept.js",
                "src/Directory.Build.props",
            ],
            Copy(tree)
        );
    }

    [Fact]
    public void In_a_repository_it_is_the_repository_and_its_objects_are_linked()
    {
        Write(
            "r/.git/HEAD",
            "r/.git/objects/aa/bb",
            "r/README.md",
            "r/src/App/App.csproj",
            "r/src/App/obj/x",
            "r/artifacts/made"
        );
        var tree = SourceTree.Of(_folder["r/src/App/App.csproj"], []);
        var copied = Copy(tree, _folder["r/artifacts"]);
        Assert.Equal(
            [".git/HEAD", "README.md", "src/App/App.csproj"],
            copied.Where(path => !path.StartsWith(".git/objects", StringComparison.Ordinal))
        );
        Assert.Equal(
            _folder["r/.git/objects"],
            new DirectoryInfo(tree.In(_folder["copy"], _folder["r/.git/objects"])).LinkTarget
        );
    }

    [Fact]
    public void Files_have_another_time_and_links_stay_links()
    {
        Write("App/App.csproj", "App/real.txt");
        File.CreateSymbolicLink(_folder["App/link.txt"], "real.txt");
        var tree = SourceTree.Of(_folder["App/App.csproj"], []);
        Copy(tree);
        Assert.Equal(Time, File.GetLastWriteTimeUtc(tree.In(_folder["copy"], _folder["App/real.txt"])));
        Assert.Equal("real.txt", new FileInfo(tree.In(_folder["copy"], _folder["App/link.txt"])).LinkTarget);
    }

    private List<string> Copy(SourceTree tree, params string[] excluded)
    {
        tree.CopyTo(_folder["copy"], Time, [_folder["copy"], .. excluded], TestContext.Current.CancellationToken);
        var top = new[] { "w", "r", "App" }
            .Select(name => tree.In(_folder["copy"], _folder[name]))
            .Single(Directory.Exists);
        return
        [
            .. Directory
                .EnumerateFiles(top, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(top, file))
                .Order(StringComparer.Ordinal),
        ];
    }

    private void Write(params string[] paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
            File.WriteAllText(_folder[path], path);
        }
    }
}
