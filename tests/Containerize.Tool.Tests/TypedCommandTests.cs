using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>What people type after <c>containerize</c> by mistake or at first, and what the page of slips says of
/// it.</summary>
public sealed class TypedCommandTests(ToolMachine machine)
{
    // The words, the exit code, the kind of the answer with its code, and a part of it.
    private static readonly (string[] Words, int Exit, string Kind, string Text)[] Rows =
    [
        (
            ["inspect", "nested"],
            1,
            "error CTZ0001",
            "'nested' may be what lies here, './nested', or the image in Docker Hub"
        ),
        (["inspect", "docker://alpine"], 1, "error CTZ0001", "Write 'alpine'."),
        (["copy", "./nested", "oci-archive:out.tar"], 1, "error CTZ0001", "Write 'archive:out.tar'."),
        (["copy", "./nested", "archive:~/out.tar"], 1, "error CTZ0390", "Write '$HOME/out.tar'"),
        (["build", ".", "--output", "type=oci,dest=~/out.tar"], 1, "error CTZ0390", "Write '$HOME/out.tar'"),
        (["build", ".", "--push"], 1, "error CTZ0151", "Write it with '--tag'"),
        (
            ["build", ".", "--file", "nested"],
            1,
            "error CTZ0120",
            "is a folder. Name a file, such as 'nested/Dockerfile'."
        ),
        (
            ["build"],
            2,
            "error",
            "The context is missing: name the folder of the Dockerfile, as in 'containerize build .'."
        ),
        (["help", "build", "nested"], 0, "", "Builds a Dockerfile, with no engine."),
        (["BUILD", "."], 2, "error", "Unrecognized command or argument 'BUILD'. Did you mean 'build'?"),
        (["push", "shop:v1"], 2, "error", "Unrecognized command or argument 'push'. Did you mean 'copy'?"),
        (["push", "shop"], 2, "error", "Unrecognized command or argument 'push'. Did you mean 'copy'?"),
        (["cache", "clean"], 2, "error", "Unrecognized command or argument 'clean'. Did you mean 'prune'?"),
        (["version"], 2, "error", "Unrecognized command or argument 'version'. Did you mean '--version'?"),
        (["publish", "Dockerfile"], 1, "error CTZ0208", "'containerize build' makes an image of a Dockerfile."),
        ([], 0, "", "containerize [command] [options]"),
        (["biuld", "."], 2, "error", "Did you mean 'build'?"),
        (["build", ".", "--platfrom", "linux/arm64"], 2, "error", "Did you mean '--platform'?"),
        (["build", ".", "--platform", "linux/x64"], 1, "error CTZ0150", "Did you mean 'amd64'?"),
        (
            ["build", ".", "--output", "out"],
            1,
            "error CTZ0151",
            "it may be a folder, './out', or an image in a registry"
        ),
        (["build", ".", "--output", "./files", "--quiet"], 0, "", "1 step done, 0 from the cache; 1 layer, "),
        (["inspect", "missing.tar"], 1, "error CTZ0020", "'missing.tar' is the path of a tarball or a layout"),
        (["completion", "fish"], 0, "", "complete --command containerize"),
        (["help", "cache", "prune"], 0, "", "--max-size"),
    ];

    public static TheoryData<int, string> Table => [.. Rows.Select((row, i) => (i, string.Join(' ', row.Words)))];

    [Theory]
    [MemberData(nameof(Table))]
    public async Task It_is_answered_with_what_to_write(int row, string words)
    {
        var (arguments, exit, kind, text) = Rows[row];
        var folder = machine.Folder.Create($"typed-{row}");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nCOPY a.txt /\n",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "a.txt"),
            $"row {row}\n",
            TestContext.Current.CancellationToken
        );
        HandmadeImage.Small.WriteTo(Path.Combine(folder, "nested"));
        var result = (
            await ((await machine.Tool).Command(arguments) with { WorkingFolder = folder }).RunAsync()
        ).Expect(exit);
        var errors = result
            .Error.Split('\n')
            .Where(line => line.StartsWith("error", StringComparison.Ordinal))
            .ToList();
        if (kind.Length == 0)
            Assert.Contains(text, result.Output + result.Error, StringComparison.Ordinal);
        else
            Assert.Contains(text, Assert.Single(errors), StringComparison.Ordinal);
        Assert.All(errors, error => Assert.StartsWith(kind + ": ", error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(folder, "~")), words);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task The_page_says_the_same_of_it(int row, string words)
    {
        var page = await File.ReadAllLinesAsync(
            Path.Combine(TestFolder.Repository, "docs/what-people-type.md"),
            TestContext.Current.CancellationToken
        );
        var input = $"| `{$"containerize {words}".Trim()}` |";
        var (_, _, kind, text) = Rows[row];
        var now =
            kind.Split(' ') is [var error, var code] ? $"{error} [{code}](diagnostics/{code}.md): {text}"
            : kind.Length > 0 ? $"{kind}: {text}"
            : text;
        Assert.EndsWith(
            $"| {now} |",
            Assert.Single(page, line => line.StartsWith(input, StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }
}
