using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize build --compose</c>: what a Compose file means is tested with Core.</summary>
public sealed class ComposeTests(ToolMachine machine)
{
    private const string Compose = """
        services:
          web:
            image: acme/web:${VERSION:-v1}
            build:
              context: web
              args: {VERSION: "${VERSION:-v1}"}
              additional_contexts: [common=service:common]
          common:
            build:
              dockerfile_inline: |
                FROM scratch
                COPY shared.txt /shared.txt
          seed:
            build: ./seed
            profiles: [seed]
        """;

    [Fact]
    public async Task Services_are_built_after_those_whose_images_they_need()
    {
        var folder = machine.Folder.Create("compose");
        Directory.CreateDirectory(Path.Combine(folder, "web"));
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["compose.yaml"] = Compose,
            [".env"] = "VERSION=v7\n",
            ["shared.txt"] = "shared\n",
            ["web/Dockerfile"] =
                "FROM scratch\nARG VERSION\nLABEL version=$VERSION\nCOPY --from=common /shared.txt /\n",
        };
        foreach (var (name, text) in files)
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, TestContext.Current.CancellationToken);
        var made = (await RunAsync(folder, "build", "--compose", ".")).Expect(0);
        Assert.Contains("docker.io/acme/web:v7@sha256:", made.Output, StringComparison.Ordinal);
        Assert.Equal(
            [$"{Path.GetFileName(folder)}-common.tar", "web.tar"],
            Directory.GetFiles(folder, "*.tar").Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        var image = (await RunAsync(folder, "inspect", "archive:web.tar", "--json")).Expect(0).Output;
        Assert.Contains("\"version\": \"v7\"", image, StringComparison.Ordinal);
        (await RunAsync(folder, "verify", "archive:web.tar")).Expect(0);
        var again = (await RunAsync(folder, "build", "--compose", "compose.yaml", "web")).Expect(0);
        Assert.DoesNotContain(" 1 step done", again.Error, StringComparison.Ordinal);
        Assert.Equal(made.Output, again.Output);
    }

    [Theory]
    [InlineData("--tag stands in the Compose file", 2, "--compose", ".", "-t", "a")]
    [InlineData("--profile is about services", 2, ".", "--profile", "a")]
    [InlineData("Unrecognized command or argument 'more'", 2, ".", "more")]
    [InlineData("The context is missing", 2)]
    [InlineData("--output takes one image, and 2 services are built", 1, "--compose", ".", "--output", "oci:out")]
    [InlineData("there is no service 'nope'", 1, "--compose", ".", "nope")]
    [InlineData("error CTZ0456: The service 'common' has no 'image:'", 1, "--compose", ".", "--push")]
    [InlineData("error CTZ0456: The service 'common'", 1, "--compose", ".", "common", "-o", "type=registry")]
    [InlineData("error CTZ0456: The service 'common'", 1, "--compose", ".", "common", "-o", "type=image,push=true")]
    [InlineData("--no-cache-filter names stages of one file", 1, "--compose", ".", "--no-cache-filter", "a")]
    public async Task What_does_not_fit_is_an_error(string words, int code, params string[] arguments)
    {
        var folder = machine.Folder.Create($"compose-{arguments.Length}-{words.Length}");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "compose.yaml"),
            Compose,
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            words,
            (await RunAsync(folder, ["build", .. arguments])).Expect(code).Error,
            StringComparison.Ordinal
        );
    }

    private async Task<CommandResult> RunAsync(string folder, params string[] arguments) =>
        await ((await machine.Tool).Command(arguments) with { WorkingFolder = folder }).RunAsync();
}
