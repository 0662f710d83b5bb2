using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>
/// The Compose files of ten public projects in rebuilt forms, built by <c>containerize build --compose</c>: each image
/// has the config and the files that Debian's BuildKit makes of the service when its options are written by hand.
/// </summary>
public sealed class ComposeProjectTests(Machine machine)
{
    private const string Web = "FROM scratch\nCOPY shared.txt assets/logo.txt web/here.txt /\n";
    private const string Common = "FROM scratch\nCOPY . /common\n";

    // A project with what is named of it, and of each image: the tarball, the context, and options of docker build.
    // $ is the project's folder, ^ one of further files.
    public static TheoryData<string, string, string[]> Projects { get; } =
        new()
        {
            { "voting", "", ["voting-vote vote --target dev", "voting-result result", "voting-worker worker"] },
            {
                "eshop",
                "",
                [
                    "basket.api . --file $/Services/Basket/Basket.API/Dockerfile",
                    "webmvc . --file $/Web/WebMVC/Dockerfile --build-arg NODE_IMAGE=node:22 "
                        + "--build-arg CONFIGURATION=Debug",
                ]
            },
            {
                "selfhosted",
                "cron web",
                [
                    "app-cleanup-self-hosted-local cron --build-arg BASE_IMAGE=ghcr.io/acme/app:nightly",
                    "app-self-hosted-local app --build-arg APP_IMAGE=ghcr.io/acme/app:nightly",
                ]
            },
            { "cloud", "", ["cloud-proxy proxy"] },
            { "airflow", "", ["airflow ."] },
            { "mssql", "", ["mssql-web app/aspnetapp --target final --platform linux/amd64"] },
            { "sail", "", ["app vendor/laravel/sail/runtimes/8.4 --build-arg WWWGROUP="] },
            {
                "photos/docker-compose.dev.yml",
                "",
                [
                    "photos-server-dev . --file $/server/Dockerfile --target dev --secret id=npm,src=$/secrets/.npmrc "
                        + "--secret id=api,src=^/token",
                    "photos-ml-dev machine-learning --build-arg DEVICE=cpu",
                ]
            },
            {
                "demo",
                "",
                ["demo . --file $/src/ad/Dockerfile --label org.example.part=ad", "collector observability/collector"]
            },
            {
                "stack",
                "",
                [
                    "stack-common . --file ^/common --platform linux/arm64",
                    "stack-web . --file ^/web --platform linux/arm64",
                ]
            },
        };

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Services_become_the_images_that_BuildKit_makes_of_them(
        string file,
        string services,
        string[] images
    )
    {
        var name = file.Split('/')[0];
        var (registry, docker) = (await machine.Registry, await machine.Docker);
        var root = machine.Folder.Create("compose-project-" + name);
        var (folder, further) = (
            Path.Combine(root, name),
            Directory.CreateDirectory(Path.Combine(root, "more")).FullName
        );
        await Shell.RunAsync("cp", "-a", Path.Combine(ProjectsFolder, name), folder);
        await Shell.RunAsync("chmod", "-R", "go-w", folder);
        foreach (var (path, text) in new[] { ("token", "of the file"), ("common", Common), ("web", Web) })
            await File.WriteAllTextAsync(Path.Combine(further, path), text, TestContext.Current.CancellationToken);
        await UseBaseAsync(folder, Path.Combine(root, "base"), registry);
        var tool = (await machine.Tool).Command([
            "build",
            "--compose",
            Path.GetFullPath(file, root),
            "--cache-dir",
            Path.Combine(root, "cache"),
            .. services.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        var made = Directory.CreateDirectory(Path.Combine(root, "made")).FullName;
        var result = (
            await (
                tool with
                {
                    WorkingFolder = made,
                    Environment = new Dictionary<string, string?>(tool.Environment)
                    {
                        ["SSH_AUTH_SOCK"] = "/run/agent",
                        ["TAGS"] = "yes",
                    },
                }
            ).RunAsync()
        ).Expect(0);
        Assert.Equal(
            name == "sail",
            result.Error.Contains("The variable WWWGROUP is not set", StringComparison.Ordinal)
        );
        Assert.Equal(
            images.Select(image => image.Split(' ')[0] + ".tar").Order(StringComparer.Ordinal),
            Directory.GetFiles(made).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        foreach (var words in images.Select(image => image.Split(' ')))
        {
            var theirs = Path.Combine(root, "theirs-" + words[0]);
            var options = words[2..]
                .Select(word =>
                    word.Replace("$/", folder + "/", StringComparison.Ordinal)
                        .Replace("^/", further + "/", StringComparison.Ordinal)
                );
            await docker.BuildWithBuildKitAsync(Path.GetFullPath(words[1], folder), $"compose/{words[0]}:1", options);
            await docker.SaveAsItIsAsync($"compose/{words[0]}:1", theirs);
            var ours = OciLayout.FromTarball(
                Path.Combine(made, words[0] + ".tar"),
                Path.Combine(root, "ours-" + words[0])
            );
            ChooseAmd64(ours);
            Assert.Equal(CorpusConfig.Of(new OciLayout(theirs)), CorpusConfig.Of(ours));
            FileTree.Of(ours).AssertSame(FileTree.Of(new OciLayout(theirs)));
        }
    }

    private static string ProjectsFolder =>
        Path.Combine(TestFolder.Repository, "tests", "Containerize.Core.Tests", "Compose", "Projects");

    private static async Task UseBaseAsync(string folder, string layout, DockerRegistry registry)
    {
        const string Mark = "corpus.test/";
        foreach (var path in Directory.GetFiles(folder, "Dockerfile", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(path);
            if (!text.Contains(Mark, StringComparison.Ordinal))
                continue;
            await Skopeo.CopyAsync(
                $"oci:{CorpusBases.Busybox.WriteTo(layout).Folder}:1.0",
                $"docker://{registry.Address}/compose/busybox:latest"
            );
            await File.WriteAllTextAsync(
                path,
                text.Replace(Mark, $"{registry.Address}/compose/", StringComparison.Ordinal)
            );
        }
    }

    // Of an image for several platforms the one that is compared.
    private static void ChooseAmd64(OciLayout layout)
    {
        if ((layout.Manifest()["manifests"] as JsonArray)?.Single(IsAmd64) is { } chosen)
            File.WriteAllText(
                Path.Combine(layout.Folder, "index.json"),
                new JsonObject
                {
                    ["schemaVersion"] = 2,
                    ["manifests"] = new JsonArray(chosen.DeepClone()),
                }.ToJsonString()
            );

        static bool IsAmd64(JsonNode? node) => (string?)node!["platform"]?["architecture"] == "amd64";
    }
}
