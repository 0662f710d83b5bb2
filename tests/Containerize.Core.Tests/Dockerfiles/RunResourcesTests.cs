using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Dockerfiles.Stages;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>What <c>--add-host</c>, <c>--shm-size</c> and <c>--ulimit</c> say, in the forms of <c>docker
/// build</c>.</summary>
public sealed class RunResourcesTests
{
    [Theory]
    [InlineData("db:10.0.0.5", "host db 10.0.0.5")]
    [InlineData("db.example=10.0.0.5", "host db.example 10.0.0.5")]
    [InlineData("six:::1", "host six ::1")]
    [InlineData("six=[::1]", "host six ::1")]
    public void A_host_is_a_name_and_an_address(string text, string key) =>
        Assert.Equal([key], RunResources.Read([text], "", [], "").Key);

    [Theory]
    [InlineData("nofile=1024", "limit nofile=1024:1024")]
    [InlineData("nofile=1024:2048", "limit nofile=1024:2048")]
    [InlineData("core=0:-1", "limit core=0:18446744073709551615")]
    public void A_limit_is_soft_and_hard(string text, string key) =>
        Assert.Equal([key], RunResources.Read([], "", ["nofile=1", "core=1", text], "").Key.Where(line => line == key));

    [Theory]
    [InlineData("1024", "shm 1024")]
    [InlineData("64m", "shm 67108864")]
    [InlineData("1GB", "shm 1073741824")]
    public void Shared_memory_has_a_size(string text, string key) =>
        Assert.Equal([key], RunResources.Read([], text, [], "").Key);

    [Theory]
    [InlineData("db", "", "", "")]
    [InlineData("db:nowhere", "", "", "")]
    [InlineData("db:host-gateway", "", "", "")]
    [InlineData("a b:10.0.0.1", "", "", "")]
    [InlineData("", "much", "", "")]
    [InlineData("", "0", "", "")]
    [InlineData("", "", "files=1", "")]
    [InlineData("", "", "nofile=2:1", "")]
    [InlineData("", "", "nofile=-2", "")]
    [InlineData("", "", "", "/build")]
    public void What_cannot_be_done_is_an_error(string host, string memory, string limit, string group)
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            RunResources.Read(Given(host), memory, Given(limit), group)
        );
        Assert.Equal(DiagnosticTable.InvalidRunOption, exception.Diagnostic);

        static string[] Given(string text) => text.Length == 0 ? [] : [text];
    }

    [Theory]
    [InlineData("db:10.0.0.5", "", "")]
    [InlineData("", "64m", "")]
    [InlineData("", "", "nofile=1024")]
    public async Task They_are_part_of_the_key(string host, string memory, string limit)
    {
        using var build = new TestBuild();
        var runner = new TestRunner();
        var options = build.Options("FROM scratch\nRUN x\n") with { Runner = runner, Cache = build.Cache };
        var changed = options with
        {
            Resources = RunResources.Read(host.Length > 0 ? [host] : [], memory, limit.Length > 0 ? [limit] : [], ""),
        };
        async Task<StepOutcome> OutcomeAsync(DockerfileBuild of) =>
            (await of.RunAsync(TestContext.Current.CancellationToken)).Images[0].Steps[^1].Outcome;
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(options));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(changed));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(changed));
        Assert.Equal(changed.Resources, runner.Requests[^1].Resources);
    }

    [Fact]
    public void A_runtime_is_told_of_them()
    {
        var run = new SandboxRun
        {
            Command = ["/x"],
            Environment = [],
            Secrets = [],
            User = new RunUser(0, 0, [0], "/root"),
            WorkingDirectory = Containerize.Entries.ContainerPath.Root,
            Mounts = [],
            Network = SandboxNetwork.None,
            Resources = RunResources.Read([], "64m", ["nofile=1024:-1"], ""),
        };
        var config = Encoding.UTF8.GetString(RuntimeConfig.Write(run, "/sandbox", isRoot: true));
        Assert.Contains(
            "\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":1024,\"hard\":18446744073709551615}]",
            config,
            StringComparison.Ordinal
        );
        Assert.Contains("\"size=67108864\"", config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org.example.a=b=c", "org.example.a", "b=c")]
    [InlineData("manifest:a=b:c", "a", "b:c")]
    [InlineData("a=", "a", "")]
    public async Task An_annotation_is_the_manifests(string text, string name, string value)
    {
        using var build = new TestBuild();
        var options = build.Options("FROM scratch\n") with { Annotations = BuildInputs.ReadAnnotations([text]) };
        var image = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
        Assert.Equal(value, image.Manifest.Annotations[name]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("=b")]
    [InlineData("index:a=b")]
    [InlineData("manifest:=b")]
    public void Other_annotations_are_errors(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidAnnotation,
            Assert.Throws<ContainerizeException>(() => BuildInputs.ReadAnnotations([text])).Diagnostic
        );
}
