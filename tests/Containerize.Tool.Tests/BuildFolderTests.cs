using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>Where a build keeps its cache and its temporary files.</summary>
public sealed class BuildFolderTests(ToolMachine machine) : BuildTest(machine)
{
    [Fact]
    public async Task A_build_in_its_own_context_is_unchanged_the_second_time()
    {
        var folder = Context("context");
        var first = await BuildAsync(folder, "-t", "acme/shop:v1");
        Assert.Equal("ran", Outcome(first, "COPY . /src"));
        Assert.True(File.Exists(Path.Combine(folder, "shop.tar")), "no tarball");
        var second = await BuildAsync(folder, "-t", "acme/shop:v1");
        Assert.Equal((string?)first["digest"], (string?)second["digest"]);
        Assert.All(Steps(second), step => Assert.NotEqual("ran", (string?)step["outcome"]));
        await File.WriteAllTextAsync(Path.Combine(folder, "b.txt"), "new", TestContext.Current.CancellationToken);
        var third = await BuildAsync(folder, "-t", "acme/shop:v1");
        Assert.Equal(("cached", "ran"), (Outcome(third, "COPY --from=files /from /to"), Outcome(third, "COPY . /src")));
        Assert.Equal(
            "ran",
            Outcome(await BuildAsync(folder, "-t", "acme/shop:v1", "--no-cache"), "COPY --from=files /from /to")
        );
    }

    // The home of Debian's user 'nobody', and one in which nothing can be made even by root.
    [Theory]
    [InlineData("/nonexistent", "HOME names none")]
    [InlineData("/proc", "'/proc/.cache/containerize' cannot be made")]
    public async Task Without_a_home_the_cache_is_no_part_of_the_context(string home, string why)
    {
        var folder = Context("home" + home.Replace('/', '-'));
        var temporary = Machine.Folder.Create("home-tmp");
        foreach (var outcome in new[] { "ran", "cached" })
        {
            var result = (
                await InAsync(folder, home, temporary, "build", ".", "--json", "--output", "type=tar,dest=../out.tar")
            ).Expect(0);
            Assert.Equal(outcome, Outcome(JsonNode.Parse(result.Output)!, "COPY . /src"));
            Assert.Contains($"The cache is '{temporary}/containerize-", result.Error, StringComparison.Ordinal);
            Assert.Contains(why, result.Error, StringComparison.Ordinal);
        }

        Assert.Equal(
            [Path.Combine(folder, "Dockerfile"), Path.Combine(folder, "a.txt")],
            Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("/nonexistent")]
    [InlineData("relative")]
    public async Task Temporary_files_need_a_folder(string temporary)
    {
        var folder = Context("tmp" + temporary.Replace('/', '-'));
        Directory.CreateDirectory(Path.Combine(folder, "relative"));
        Assert.Contains(
            "CTZ0166",
            (await InAsync(folder, folder, temporary, "build", ".", "--output", "type=tar,dest=../out.tar"))
                .Expect(1)
                .Error,
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "relative")));
    }

    private async Task<CommandResult> InAsync(string folder, string home, string temporary, params string[] arguments)
    {
        var command = (await Machine.Tool).Command(arguments);
        return await (
            command with
            {
                WorkingFolder = folder,
                Environment = new Dictionary<string, string?>(command.Environment)
                {
                    ["HOME"] = home,
                    ["XDG_CACHE_HOME"] = "",
                    ["TMPDIR"] = temporary,
                },
            }
        ).RunAsync();
    }

    private static string? Outcome(JsonNode made, string instruction) =>
        (string?)Steps(made).Single(step => (string?)step["instruction"] == instruction)["outcome"];
}
