using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>What <c>containerize build --check</c> finds in the corpus, all of it in one run: the lines of
/// <c>checks.txt</c>.</summary>
public sealed class CorpusCheckTests(Machine machine)
{
    private static string Expected =>
        Path.Combine(TestFolder.Repository, "tests", "Containerize.Tests", "Dockerfiles", "checks.txt");

    [Fact]
    public async Task The_checks_find_what_their_pages_say()
    {
        var (folder, registry) = (machine.Folder.Create("corpus-checks"), await machine.Registry);
        var cases = await CorpusCase.CopyAsync(folder, registry);
        var services = new JsonObject(
            cases
                .Where(one => one.Refusal is null)
                .OrderBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Service))
        );
        var file = Path.Combine(folder, "compose.yaml");
        await File.WriteAllTextAsync(
            file,
            new JsonObject { ["services"] = services }.ToJsonString(),
            TestContext.Current.CancellationToken
        );
        // It ends with 1, since there is something to find, and has an object for each service in their order.
        var result = (
            await (await machine.Tool)
                .Command([
                    "build",
                    "--compose",
                    file,
                    "--check",
                    "--json",
                    "--platform",
                    "linux/amd64",
                    "--cache-dir",
                    Path.Combine(folder, "cache"),
                ])
                .RunAsync()
        ).Expect(1);
        var found = JsonNode
            .Parse("[" + result.Output.Trim().Replace("}\n{", "},\n{", StringComparison.Ordinal) + "]")!
            .AsArray()
            .Zip(services, (answer, service) => (Name: service.Key.Split('-', 2)[1], Findings: answer!["findings"]!))
            .SelectMany(answer =>
                answer.Findings.AsArray().Select(finding => $"{answer.Name} {finding!["line"]} {finding["rule"]}")
            );
        Assert.Equal(
            File.ReadLines(Expected).Where(line => line.Length > 0 && line[0] != '#').Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal)
        );
    }
}
