using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.TestKit.Keyless;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>The keyless commands of docs/signing.md, what they refuse, and what sigstore's own verifier says of the
/// bundle.</summary>
public sealed partial class KeylessTests(ToolMachine machine)
{
    [Fact]
    public async Task A_pipeline_signs_by_the_page_and_other_verifiers_accept_it_and_refuse_each_change()
    {
        await using var services = await KeylessServices.StartAsync();
        var folder = machine.Folder.Create("keyless");
        var root = Path.Combine(folder, "trusted_root.json");
        await File.WriteAllTextAsync(root, services.TrustedRoot().ToJsonString(), Cancelled);
        var place = (await machine.Registry).Address + "/keyless/";
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", place + "shop:v1");
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", place + "late:v1");
        var page = await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, "docs/signing.md"), Cancelled);
        var commands = Fence().Matches(page).SelectMany(match => match.Groups[1].Value.Trim().Split('\n')).ToList();
        Assert.Equal(3, commands.Count);
        foreach (var command in commands)
            (await RunAsync(command)).Expect(0);
        Assert.Contains("was signed already", (await RunAsync(commands[0])).Expect(0).Output, StringComparison.Ordinal);

        var verify = commands.Single(command => command.Contains("verify", StringComparison.Ordinal));
        var other = verify.Replace("acme/shop", "acme/other", StringComparison.Ordinal);
        var answer = JsonNode.Parse((await RunAsync(other + " --json")).Expect(1).Output)!;
        Assert.False((bool)answer["signature"]!["signed"]!);
        Assert.Contains("acme/shop", (string)answer["signature"]!["found"]![0]!["fault"]!, StringComparison.Ordinal);
        (await RunAsync(verify.Replace(" --trusted-root trusted_root.json", "", StringComparison.Ordinal))).Expect(2);
        Assert.Contains(
            "CTZ0461",
            (await RunAsync(verify.Replace("trusted_root.json", "none.json", StringComparison.Ordinal)))
                .Expect(2)
                .Error,
            StringComparison.Ordinal
        );
        (await RunAsync(commands[0] + " --key signing.pem")).Expect(2);

        await machine.OutputAsync("copy", place + "shop:v1", $"oci:{folder}/layout:v1");
        var carried = verify.Replace("registry.example/shop:v1", "oci:layout:v1", StringComparison.Ordinal);
        (await RunAsync(carried)).Expect(0);
        (await RunAsync(carried.Replace("acme/shop", "acme/other", StringComparison.Ordinal))).Expect(1);

        services.Ahead = TimeSpan.FromHours(1);
        var late = commands[0].Replace("/shop:v1", "/late:v1", StringComparison.Ordinal);
        (await RunAsync(late)).Expect(0);
        (await RunAsync(verify.Replace("/shop:v1", "/late:v1", StringComparison.Ordinal))).Expect(1);
        var outside = await machine.Outside;
        var verdicts = await outside.RunAsync(
            "keyless.js",
            await BundleAsync("shop"),
            await BundleAsync("late"),
            root,
            KeylessServices.Identity,
            KeylessServices.Issuer
        );
        string[] refused =
            "payload signature certificate body proof checkpoint promise timestamp late identity issuer".Split(' ');
        Assert.Equal(["unchanged accepted", .. refused.Select(part => $"{part} refused")], verdicts);

        async Task<CommandResult> RunAsync(string command)
        {
            var words = command.Replace("registry.example/", place, StringComparison.Ordinal);
            if (command.Contains("--keyless", StringComparison.Ordinal))
                words +=
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $" --fulcio-url {services.Url} --rekor-url {services.Url} "
                    ) + $"--timestamp-url {services.Url}/api/v1/timestamp";
            var tool = await machine.Tool;
            var environment = new Dictionary<string, string?>(tool.Command().Environment)
            {
                ["PATH"] = $"{Path.GetDirectoryName(tool.Program)}:{Environment.GetEnvironmentVariable("PATH")}",
            };
            foreach (var (name, value) in services.GitHub)
                environment[name] = value;
            return await new ShellCommand("bash", ["-c", words])
            {
                WorkingFolder = folder,
                Environment = environment,
            }.RunAsync();
        }

        // The one bundle beside an image that is a signature.
        async Task<string> BundleAsync(string name)
        {
            using var client = new HttpClient
            {
                BaseAddress = new Uri(
                    $"http://{place}{name}/".Replace("/keyless/", "/v2/keyless/", StringComparison.Ordinal)
                ),
            };
            var digest = (string)
                JsonNode.Parse(await machine.OutputAsync("verify", $"{place}{name}:v1", "--json"))!["digest"]!;
            var list = JsonNode.Parse(await GetAsync("manifests/" + digest.Replace(':', '-')))!["manifests"]!.AsArray();
            var signature = list.First(entry =>
                (string?)entry!["annotations"]?["dev.sigstore.bundle.predicateType"]
                == "https://sigstore.dev/cosign/sign/v1"
            )!;
            var manifest = JsonNode.Parse(await GetAsync($"manifests/{(string?)signature["digest"]}"))!;
            var path = Path.Combine(folder, name + ".bundle");
            await File.WriteAllTextAsync(
                path,
                await GetAsync($"blobs/{(string?)manifest["layers"]![0]!["digest"]}"),
                Cancelled
            );
            return path;

            async Task<string> GetAsync(string what)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, what);
                request.Headers.Accept.ParseAdd("application/vnd.oci.image.index.v1+json");
                request.Headers.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
                using var response = await client.SendAsync(request, Cancelled);
                return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancelled);
            }
        }
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [GeneratedRegex(@"^```bash\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
