using System.Collections.Immutable;
using Containerize.Compose;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Compose;

/// <summary>
/// What Compose files mean as lines of <c>containerize build</c>. The files in <c>Projects</c> have the forms that
/// public projects use, rebuilt; the environment has <c>REGISTRY</c> and <c>TAGS</c>.
/// </summary>
public class ComposePlanTests
{
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["REGISTRY"] = "registry.example",
        ["TAGS"] = "yes",
        ["API_TOKEN"] = "t",
    };

    [Theory]
    [InlineData(
        "voting",
        "vote:$/vote [voting-vote] --target dev",
        "result:$/result [voting-result]",
        "worker:$/worker [voting-worker]"
    )]
    [InlineData(
        "eshop",
        "basket-api:$ [registry.example/basket.api:linux-latest] --file $/Services/Basket/Basket.API/Dockerfile",
        "webmvc:$ [registry.example/webmvc:linux-latest eshop/webmvc:dev] --file $/Web/WebMVC/Dockerfile "
            + "--build-arg NODE_IMAGE=node:22 --build-arg CONFIGURATION=Debug"
    )]
    [InlineData(
        "selfhosted",
        "cron:$/cron [app-cleanup-self-hosted-local] --build-arg BASE_IMAGE=ghcr.io/acme/app:nightly",
        "web:$/app [app-self-hosted-local] --build-arg APP_IMAGE=ghcr.io/acme/app:nightly",
        "worker:$/app [app-self-hosted-local] --build-arg APP_IMAGE=ghcr.io/acme/app:nightly"
    )]
    [InlineData(
        "cloud",
        "proxy:$/proxy [cloud-proxy] --network host --shm-size 256m --ulimit nproc=65535 --ulimit "
            + "nofile=1024:2048 --pull"
    )]
    [InlineData("airflow", "airflow-scheduler:$ [apache/airflow:3.0.0]")]
    [InlineData(
        "mssql",
        "web:$/app/aspnetapp [mssql-web] --target final --platform linux/amd64 --platform linux/arm64 "
            + "--no-cache-filter final"
    )]
    [InlineData(
        "sail",
        "laravel.test:$/vendor/laravel/sail/runtimes/8.4 [sail-8.4/app] "
            + "--file $/vendor/laravel/sail/runtimes/8.4/Dockerfile --build-arg WWWGROUP= --add-host "
            + "packages.example=10.0.0.7"
    )]
    [InlineData(
        "photos/docker-compose.dev.yml",
        "machine-learning:$/machine-learning [photos-ml-dev:latest] --file $/machine-learning/Dockerfile "
            + "--build-arg DEVICE=cpu",
        "server:$ [photos-server-dev:latest] --file $/server/Dockerfile --target dev "
            + "--secret id=npm,src=$/secrets/.npmrc --secret id=api,env=API_TOKEN --ssh default --ssh "
            + "deploy=/run/deploy.sock"
    )]
    [InlineData(
        "demo",
        "ad:$/ [ghcr.io/open-telemetry/demo:latest-ad] --file $/src/ad/Dockerfile --label org.example.part=ad",
        "collector:$/observability/collector [collector:0.9] --no-cache"
    )]
    [InlineData(
        "stack",
        "common:$ [stack-common acme/common:v1] --platform linux/arm64 <FROM scratch|COPY . /common|>",
        "web:$/web [stack-web] --platform linux/arm64 --build-context assets=$/assets "
            + "--build-context tools=docker-image://alpine:3.22 "
            + "--allow network.host common=common"
    )]
    public void A_file_of_a_public_project_is_lines_of_build(string file, params string[] expected)
    {
        var folder = FolderOf(file.Split('/')[0]);
        var path = Path.GetFullPath(file, FolderOf(""));
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Plan([path]).Select(build => Text(build, folder)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void What_another_service_needs_is_built_before_it() =>
        Assert.Equal(["common", "web"], Plan([FolderOf("stack")], "web").Select(build => build.Service));

    [Fact]
    public void A_profile_and_a_name_bring_services_in()
    {
        string[] all = ["result", "seed", "vote", "worker"];
        Assert.Equal(all, Plan([FolderOf("voting")], [], ["seed"]).Select(build => build.Service));
        Assert.Equal(["seed"], Plan([FolderOf("voting")], "seed").Select(build => build.Service));
        var named = new Dictionary<string, string>(StringComparer.Ordinal) { ["COMPOSE_PROFILES"] = "x,seed" };
        Assert.Equal(
            all,
            ComposePlan.Read([FolderOf("voting")], [], [], named, _ => { }).Select(build => build.Service)
        );
    }

    [Fact]
    public void What_has_no_effect_has_a_word()
    {
        var warnings = new List<string>();
        ComposePlan.Read([FolderOf("demo")], [], [], Environment, warnings.Add);
        Assert.Equal(
            [
                "services.ad.build.cache_from has no effect here: the cache of this machine is used. For one in a "
                    + "registry write '--cache-from registry.example/shop:cache' on the command line, for all "
                    + "services.",
            ],
            warnings
        );
    }

    [Theory]
    [InlineData("CTZ0340", "compose.yaml:", "services:\n\t- x\n")]
    [InlineData("CTZ0340", "it is no mapping", "- x\n")]
    [InlineData("CTZ0340", "several documents", "a: 1\n---\nb: 2\n")]
    [InlineData(
        "CTZ0340",
        "unfold to more",
        "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, "
            + "*b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, "
            + "*d, *d, *d, *d, *d, *d]\n"
    )]
    [InlineData("CTZ0340", "Did you mean 'target'?", "services: {a: {build: {context: ., tagret: x}}}\n")]
    [InlineData("CTZ0340", "the tag '!reset' means nothing", "services: {a: {build: {args: !reset null}}}\n")]
    [InlineData(
        "CTZ0340",
        "dockerfile and dockerfile_inline",
        "services: {a: {build: {dockerfile: x, dockerfile_inline: FROM scratch}}}\n"
    )]
    [InlineData("CTZ0340", "in a circle", "services: {a: {extends: b}, b: {extends: a}}\n")]
    [InlineData("CTZ0340", "'x' is no secret of the file", "services: {a: {build: {secrets: [x]}}}\n")]
    [InlineData("CTZ0340", "a list is needed here", "services: {a: {build: {tags: x}}}\n")]
    [InlineData(
        "CTZ0341",
        "services.a.image: TAG has no value: give one",
        "services: {a: {image: 'a:${TAG:?give one}', build: .}}\n"
    )]
    [InlineData("CTZ0341", "write '$$'", "services: {a: {image: 'a$', build: .}}\n")]
    [InlineData("CTZ0341", "means nothing", "services: {a: {image: 'a:${TAG!x}', build: .}}\n")]
    [InlineData("CTZ0341", "without its '}'", "services: {a: {image: 'a:${TAG:-${B}', build: .}}\n")]
    [InlineData("CTZ0342", "no service with a 'build:'", "services: {a: {image: b}}\n")]
    [InlineData("CTZ0342", "there is no service 'c' in it", "services: {a: {extends: c}}\n")]
    [InlineData(
        "CTZ0342",
        "a -> b -> a",
        "services: {a: {build: {additional_contexts: {x: 'service:b'}}}, b: {build: {additional_contexts: {x: "
            + "'service:a'}}}}\n"
    )]
    [InlineData("CTZ0343", "never leave their sandbox", "services: {a: {build: {privileged: true}}}\n")]
    [InlineData("CTZ0343", "'security.insecure'", "services: {a: {build: {entitlements: [security.insecure]}}}\n")]
    [InlineData("CTZ0343", "there is no network 'front'", "services: {a: {build: {network: front}}}\n")]
    [InlineData(
        "CTZ0343",
        "neither 'file' nor 'environment'",
        "services: {a: {build: {secrets: [x]}}}\nsecrets: {x: {external: true}}\n"
    )]
    public void What_cannot_be_done_is_an_error_with_its_place(string code, string words, string text)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("compose-").FullName, "compose.yaml");
        try
        {
            File.WriteAllText(file, text);
            var exception = Assert.Throws<ContainerizeException>(() => Plan([file]));
            Assert.Equal(code, exception.Diagnostic.Code);
            Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void A_service_must_be_there_and_have_a_build()
    {
        Assert.Equal(
            "CTZ0342",
            Assert.Throws<ContainerizeException>(() => Plan([FolderOf("voting")], "redis")).Diagnostic.Code
        );
        Assert.Equal(
            "CTZ0342",
            Assert.Throws<ContainerizeException>(() => Plan([FolderOf("voting")], "nope")).Diagnostic.Code
        );
        Assert.Equal(
            "CTZ0340",
            Assert.Throws<ContainerizeException>(() => Plan([FolderOf("nope.yaml")])).Diagnostic.Code
        );
    }

    private static ImmutableArray<ComposeBuild> Plan(string[] paths, params string[] services) =>
        Plan(paths, services, []);

    private static ImmutableArray<ComposeBuild> Plan(string[] paths, string[] services, string[] profiles) =>
        ComposePlan.Read([.. paths], [.. services], [.. profiles], Environment, _ => { });

    private static string Text(ComposeBuild build, string folder) =>
        string.Join(
                ' ',
                (IEnumerable<string>)
                    [
                        $"{build.Service}:{build.Context}",
                        $"[{string.Join(' ', build.Names)}]",
                        .. build.Options,
                        .. build.DockerfileText is { } text ? [$"<{text.Replace('\n', '|')}>"] : Array.Empty<string>(),
                        .. build.Services.Select(pair => $"{pair.Name}={pair.Service}"),
                    ]
            )
            .Replace(folder, "$", StringComparison.Ordinal);

    private static string FolderOf(string project) =>
        Path.Combine(Repository.Root, "tests", "Containerize.Core.Tests", "Compose", "Projects", project);
}
