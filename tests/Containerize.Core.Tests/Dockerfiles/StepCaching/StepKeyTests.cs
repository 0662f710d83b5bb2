using System.Collections.Immutable;
using Containerize.Core.Tests.FileSystems;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution.Mounts;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles.StepCaching;

/// <summary>
/// Every option of an instruction is part of its step's key: changed alone it makes the step run again. BuildKit's
/// digest of a step is over all of them, and its cache mounts differ by their id and by what they begin as
/// (solver/llbsolver/mounts/mount.go).
/// </summary>
public sealed class StepKeyTests
{
    private const string Cache = "RUN --mount=type=cache,target=/c x";
    private const string Bind = "RUN --mount=type=bind,target=/c x";
    private const string Tmpfs = "RUN --mount=type=tmpfs,target=/c x";
    private const string Secret = "RUN --mount=type=secret,id=key x";
    private const string Ssh = "RUN --mount=type=ssh x";

    // A step as it is, and the same with one option more or another value for one.
    private static readonly (string Step, string[] Changed)[] Steps =
    [
        ("RUN x", ["RUN y", "RUN --network=none x", "RUN --network=host x", "RUN [\"x\"]", "RUN <<E\nx\nE"]),
        (
            Cache,
            [
                Tmpfs,
                Bind,
                .. More(
                    Cache,
                    "id=other",
                    "from=first",
                    "from=first,source=/s",
                    "sharing=locked",
                    "sharing=private",
                    "mode=0700",
                    "uid=5",
                    "gid=5",
                    "ro",
                    "readonly"
                ),
                Cache.Replace("/c", "/d", StringComparison.Ordinal),
            ]
        ),
        (
            "RUN --mount=type=cache,target=/c,from=first,source=/s x",
            [
                "RUN --mount=type=cache,target=/c,from=second,source=/s x",
                "RUN --mount=type=cache,target=/c,from=first,source=/t x",
            ]
        ),
        (
            Bind,
            [
                .. More(Bind, "source=d", "src=d", "from=first", "rw", "readwrite"),
                Bind.Replace("target=/c", "dst=/d", StringComparison.Ordinal),
                Bind.Replace("target=/c", "destination=/d", StringComparison.Ordinal),
            ]
        ),
        (
            "RUN --mount=type=bind,target=/c,from=first,source=/s x",
            [
                "RUN --mount=type=bind,target=/c,from=second,source=/s x",
                "RUN --mount=type=bind,target=/c,from=first,source=/t x",
                "RUN --mount=type=bind,target=/c,from=first,source=/s,rw x",
            ]
        ),
        (Tmpfs, More(Tmpfs, "size=1m")),
        (
            Secret,
            [
                .. More(Secret, "target=/k", "env=KEY", "mode=0444", "uid=5", "gid=5", "required"),
                "RUN --mount=type=secret,id=other x",
            ]
        ),
        (Ssh, More(Ssh, "id=other", "target=/a", "mode=0666", "uid=5", "gid=5", "required")),
        (
            "COPY d /x",
            [
                "COPY --chown=5 d /x",
                "COPY --chown=5:6 d /x",
                "COPY --chmod=0700 d /x",
                "COPY --link d /x",
                "COPY --parents d /x",
                "COPY --exclude=f d /x",
                "COPY --from=first s /x",
                "COPY d /y",
                "COPY d/f /x",
            ]
        ),
        ("COPY --from=first s /x", ["COPY --from=second s /x"]),
        (
            "ADD d /x",
            [
                "ADD --chown=5 d /x",
                "ADD --chmod=0700 d /x",
                "ADD --link d /x",
                "ADD --exclude=f d /x",
                "ADD --unpack=false d /x",
                "ADD d /y",
            ]
        ),
        ("WORKDIR /w", ["WORKDIR /v"]),
    ];

    public static TheoryData<string, string> Changes { get; } =
    [.. Steps.SelectMany(step => step.Changed.Select(changed => (step.Step, changed)))];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task An_option_that_changes_alone_makes_the_step_run_again(string step, string changed)
    {
        using var build = new TestBuild()
            .With("d/f", "f")
            .With("d/g", "g")
            .WithImage("first", Image("1"))
            .WithImage("second", Image("2"));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, step));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, step));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, changed));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, step));
    }

    [Fact]
    public void Every_name_of_a_mount_is_changed_above()
    {
        var changed = Steps
            .SelectMany(step => step.Changed)
            .Where(line => line.Contains("--mount", StringComparison.Ordinal))
            .SelectMany(line => line.Split("--mount=")[1].Split(' ')[0].Split(','))
            .Select(part => part.Split('=')[0])
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(MountSyntax.Names.Except(changed));
    }

    // What is refused never runs; what a URL or a repository has to give is in their tests: another checksum is another
    // fetch, and the folder of git is among the files.
    private static readonly string[] Elsewhere = ["RUN security", "RUN device", "ADD checksum", "ADD keep-git-dir"];

    [Fact]
    public void Every_option_of_a_step_with_a_layer_is_changed_above()
    {
        var changed = Steps
            .SelectMany(step => step.Changed)
            .SelectMany(line =>
                line.Split(' ')
                    .Where(word => word.StartsWith("--", StringComparison.Ordinal))
                    .Select(word => $"{line.Split(' ')[0]} {word[2..].Split('=')[0]}")
            )
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(
            Elsewhere.Order(StringComparer.Ordinal),
            new[] { "ADD", "COPY", "RUN", "WORKDIR" }
                .SelectMany(name =>
                    InstructionFlags.Known.GetValueOrDefault(name, []).Select(option => $"{name} {option.TrimEnd('=')}")
                )
                .Except(changed)
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("bind")]
    [InlineData("cache")]
    public async Task Another_image_under_the_name_of_a_mount_makes_the_step_run_again(string type)
    {
        var step = $"RUN --mount=type={type},target=/c,from=second x";
        using var build = new TestBuild()
            .With("d/f", "f")
            .WithImage("first", Image("1"))
            .WithImage("second", Image("2"));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, step));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, step));
        build.WithImage("second", Image("3"));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, step));
    }

    [Fact]
    public async Task Cache_mounts_that_begin_as_other_files_are_other_folders()
    {
        using var folder = new Stores.TemporaryFolder();
        var mounts = new List<CacheMount>();
        using var build = new TestBuild().WithImage("first", Image("1")).WithImage("second", Image("2"));
        foreach (var options in new[] { "", ",from=first", ",from=second", ",from=first,source=/s" })
            mounts.AddRange(
                (await RunAsync(build, $"RUN --mount=type=cache,id=i,target=/c{options} x"))
                    .SelectMany(request => request.Mounts)
                    .OfType<CacheMount>()
            );
        var paths = new List<string>();
        foreach (var mount in mounts.Append(mounts[0]))
        {
            using var held = await CacheMountLease.OpenAsync(
                folder["mounts"],
                mount,
                TestContext.Current.CancellationToken
            );
            paths.Add(held.Path);
        }

        Assert.Equal(4, paths.Distinct().Count());
        Assert.Equal(paths[0], paths[^1]);
    }

    private static string[] More(string line, params IEnumerable<string> options) =>
        [.. options.Select(option => line.Replace(" x", $",{option} x", StringComparison.Ordinal))];

    private static Image Image(string content) =>
        TestTar.Of([
            TestTar.Folder("s/"),
            TestTar.File("s/f", content),
            TestTar.Folder("t/"),
            TestTar.File("t/f", "t"),
        ]);

    private static async Task<StepOutcome> OutcomeAsync(TestBuild build, string step) =>
        (await Options(build, step, new TestRunner()).RunAsync(TestContext.Current.CancellationToken))
            .Images[0]
            .Steps[^1]
            .Outcome;

    private static async Task<IReadOnlyList<RunRequest>> RunAsync(TestBuild build, string step)
    {
        var runner = new TestRunner();
        await Options(build, step, runner).RunAsync(TestContext.Current.CancellationToken);
        return runner.Requests;
    }

    private static DockerfileBuild Options(TestBuild build, string step, TestRunner runner) =>
        build.Options($"FROM first\n{step}\n") with
        {
            Runner = runner,
            Cache = build.Cache,
            AllowsHostNetwork = true,
            Secrets = ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>>
                .Empty.Add("key", () => "secret"u8.ToArray())
                .Add("other", () => "secret"u8.ToArray()),
            SshSockets = ImmutableDictionary<string, string>
                .Empty.Add("default", "/run/agent")
                .Add("other", "/run/agent"),
        };
}
