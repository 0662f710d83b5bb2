using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>What tests of <c>containerize build</c> share.</summary>
public abstract class BuildTest(ToolMachine machine)
{
    private protected ToolMachine Machine { get; } = machine;

    private protected const string Dockerfile = """
        FROM scratch AS files
        COPY --chown=7:8 a.txt /from/a.txt
        FROM scratch
        ARG VERSION=none
        LABEL version=$VERSION
        COPY --from=files /from /to
        COPY . /src
        CMD ["/to/a.txt"]
        """;

    private protected string Context(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Folder.Create(name), "context")).FullName;
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), Dockerfile);
        // The tests share a cache, and one must not find what another has made.
        File.WriteAllText(Path.Combine(folder, "a.txt"), $"hello {name}\n");
        return folder;
    }

    private protected async Task<JsonNode> BuildAsync(string folder, params string[] arguments) =>
        JsonNode.Parse((await RunAsync(folder, ["build", ".", "--json", .. arguments])).Expect(0).Output)!;

    private protected async Task<CommandResult> RunAsync(string folder, params string[] arguments) =>
        await ((await Machine.Tool).Command(arguments) with { WorkingFolder = folder }).RunAsync();

    private protected static IEnumerable<JsonNode> Steps(JsonNode made) =>
        made["images"]!.AsArray().SelectMany(image => image!["steps"]!.AsArray()).OfType<JsonNode>();
}
