using System.Collections.Immutable;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>Corners of <c>RUN</c> and its mounts, as a current BuildKit has them.</summary>
public sealed class RunSyntaxTests
{
    [Theory]
    [InlineData("RUN", "")]
    [InlineData("RUN --", "")]
    [InlineData("RUN <<E\nE", "")]
    [InlineData("RUN -- touch /x", "touch /x")]
    [InlineData("RUN --network=none -- --x", "--x")]
    [InlineData("RUN --network=none --  [ -d /tmp ]", "[ -d /tmp ]")]
    public async Task The_shell_gets_the_line(string instruction, string line)
    {
        using var build = new TestBuild();
        Assert.Equal(["/bin/sh", "-c", line], (await RunAsync(build, $"FROM scratch\n{instruction}\n")).Command);
    }

    [Theory]
    [InlineData("type=bind", "/w")]
    [InlineData("type=cache", "/w")]
    [InlineData("type=tmpfs", "/w")]
    [InlineData("from=s,src=/src,rw", "/w")]
    [InlineData("type=tmpfs,target=t", "/w/t")]
    public async Task A_mount_without_a_target_is_at_the_folder(string mount, string target)
    {
        using var build = new TestBuild();
        var request = await RunAsync(
            build,
            $"FROM scratch AS s\nCOPY <<f /src/\nf\nFROM scratch\nWORKDIR /w\nRUN --mount={mount} x\n"
        );
        Assert.Equal(target, Assert.Single(request.Mounts).Target);
    }

    [Theory]
    [InlineData("type=secret,src=s1,target=/b", "/b", "s1")]
    [InlineData("type=secret,target=/b/s1", "/b/s1", "s1")]
    [InlineData("type=secret,id=a/s1", "/run/secrets/s1", "a/s1")]
    [InlineData("type=secret,id=s1,from=", "/run/secrets/s1", "s1")]
    public async Task A_source_of_a_secret_is_its_id(string mount, string target, string id)
    {
        using var build = new TestBuild();
        var secret = Assert.IsType<SecretMount>(
            Assert.Single((await RunAsync(build, $"FROM scratch\nRUN --mount={mount} x\n")).Mounts)
        );
        Assert.Equal((target, id), (secret.Target, secret.Id));
    }

    [Theory]
    [InlineData("target=/m", false)]
    [InlineData("target=/m,rw", true)]
    [InlineData("target=/m,rw=T", true)]
    [InlineData("target=/m,rw=false", false)]
    [InlineData("target=/m,ro=false", true)]
    [InlineData("target=/m,rw,ro", false)]
    [InlineData("type=Bind,target=/m,readonly=1,readwrite=TRUE", true)]
    public async Task The_last_word_says_whether_a_bind_is_writable(string mount, bool isWritable)
    {
        using var build = new TestBuild().With("f");
        var bind = Assert.IsType<BindMount>(
            Assert.Single((await RunAsync(build, $"FROM scratch\nRUN --mount={mount} x\n")).Mounts)
        );
        Assert.Equal(isWritable, bind.IsWritable);
    }

    [Theory]
    [InlineData("type=Cache,target=/m,sharing=LOCKED,ro=0", CacheSharing.Locked, false)]
    [InlineData("type=CACHE,target=/m,ro=t", CacheSharing.Shared, true)]
    public async Task Words_of_a_cache_have_no_case(string mount, CacheSharing sharing, bool isReadOnly)
    {
        using var build = new TestBuild();
        var cache = Assert.IsType<CacheMount>(
            Assert.Single((await RunAsync(build, $"FROM scratch\nRUN --mount={mount} x\n")).Mounts)
        );
        Assert.Equal((sharing, isReadOnly), (cache.Sharing, cache.IsReadOnly));
    }

    [Fact]
    public async Task An_agent_has_the_mode_and_owner_of_its_mount()
    {
        using var build = new TestBuild();
        var mount = Assert.IsType<SshMount>(
            Assert.Single(
                (
                    await RunAsync(
                        build,
                        "FROM scratch\nRUN --mount=type=ssh,target=/x.sock,mode=0666,uid=33,gid=4 x\n"
                    )
                ).Mounts
            )
        );
        Assert.Equal(("/x.sock", 0b110_110_110, 33, 4), (mount.Target, mount.Mode, mount.Uid, mount.Gid));
    }

    [Theory]
    [InlineData(
        "RUN --mount=type=tmpfs x",
        "CTZ0122",
        "Dockerfile:2:13: --mount=type=tmpfs: it would cover the whole image"
    )]
    [InlineData(
        "RUN --mount=type=ssh,src=a x",
        "CTZ0122",
        "Dockerfile:2:13: --mount=type=ssh,src=a: an agent has no source"
    )]
    [InlineData(
        "RUN --mount=from=$x,target=/m x",
        "CTZ0122",
        "Dockerfile:2:13: '$x' has a variable, and what 'from' names takes none"
    )]
    [InlineData(
        "COPY --from=$IMG a b",
        "CTZ0122",
        "Dockerfile:2:13: '$IMG' has a variable, and what 'from' names takes none"
    )]
    [InlineData(
        "RUN --mount=type=cache,target=/m,source=sub x",
        "CTZ0135",
        "Dockerfile:2:13: --mount=type=cache,target=/m,source=sub: a part of a cache cannot be mounted alone"
    )]
    [InlineData(
        "RUN --mount=type=secret,source=s1,id=other x",
        "CTZ0122",
        "Dockerfile:2:13: --mount=type=secret,source=s1,id=other: a secret is named by its id or by its source"
    )]
    [InlineData(
        "RUN --mount=type=secret,id=s1,required=yes x",
        "CTZ0122",
        "Dockerfile:2:13: required in --mount is 'yes'"
    )]
    [InlineData("RUN --mount=target=/m,rw=maybe x", "CTZ0122", "Dockerfile:2:13: rw in --mount is 'maybe'")]
    [InlineData("RUN --mount=target=/m,ro= x", "CTZ0122", "Dockerfile:2:13: ro in --mount is ''")]
    [InlineData("RUN --mount=target x", "CTZ0122", "Dockerfile:2:13: 'target' in --mount needs a value")]
    [InlineData(
        "RUN --mount=target=/m,mode=0700 x",
        "CTZ0122",
        "Dockerfile:2:13: --mount=target=/m,mode=0700: mode belongs to a mount of type cache or secret or ssh"
    )]
    [InlineData(
        "RUN --mount=type=cache,target=/m,required x",
        "CTZ0122",
        "Dockerfile:2:13: --mount=type=cache,target=/m,required: required belongs to a mount of type secret or ssh"
    )]
    [InlineData(
        "RUN --mount=target=/m,sharing=locked x",
        "CTZ0122",
        "Dockerfile:2:13: --mount=target=/m,sharing=locked: sharing belongs to a mount of type cache"
    )]
    [InlineData(
        "RUN --mount=type=secret,id=s1,from=s x",
        "CTZ0122",
        "Dockerfile:2:13: --mount=type=secret,id=s1,from=s: a secret is from no image"
    )]
    [InlineData("RUN []", "CTZ0122", "Dockerfile:2:1: RUN needs a command, and the list is empty")]
    [InlineData(
        "HEALTHCHECK CMD []",
        "CTZ0122",
        "Dockerfile:2:13: HEALTHCHECK CMD needs a command, and the list is empty"
    )]
    [InlineData("COPY --chown=1 --chown=2 a b", "CTZ0122", "Dockerfile:2:16: --chown stands here for a second time")]
    [InlineData(
        "RUN --network=none --network=none x",
        "CTZ0122",
        "Dockerfile:2:20: --network stands here for a second time"
    )]
    public async Task What_has_no_meaning_is_an_error(string instruction, string code, string message)
    {
        using var build = new TestBuild();
        var exception = await build.FailAsync($"FROM scratch\n{instruction}\n");
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN [ -d /tmp ]", false)]
    [InlineData("RUN [ \"$A\" = b ]", false)]
    [InlineData("RUN [ \"$A\" ]", false)]
    [InlineData("RUN [ 'a' != \"$A\" ]", false)]
    [InlineData("RUN [[ \"$A\" == b* ]]", false)]
    [InlineData("RUN [[ -f /x ]]", false)]
    [InlineData("RUN [ 'a', 'b' ]", true)]
    [InlineData("RUN [ \"a\", \"b\", ]", true)]
    [InlineData("RUN ['a', 'b']", true)]
    [InlineData("RUN [a, b]", true)]
    public async Task A_test_of_the_shell_is_no_list(string instruction, bool warns)
    {
        using var build = new TestBuild();
        var options = build.Options($"FROM scratch\n{instruction}\n") with { Runner = new TestRunner() };
        var result = await options.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            warns,
            result.Warnings.Any(warning => warning.Contains("looks like a list", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("HTTP_PROXY", "HTTP_PROXY=p http_proxy=p")]
    [InlineData("https_proxy", "HTTPS_PROXY=p https_proxy=p")]
    [InlineData("ALL_PROXY", "ALL_PROXY=p all_proxy=p")]
    public async Task A_proxy_has_both_spellings(string name, string expected)
    {
        using var build = new TestBuild();
        var runner = new TestRunner();
        await (
            build.Options("FROM scratch\nRUN x\n") with
            {
                Runner = runner,
                BuildArguments = ImmutableDictionary<string, string>.Empty.Add(name, "p"),
            }
        ).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            expected,
            string.Join(
                ' ',
                runner
                    .Requests[0]
                    .Environment.Where(pair => pair.Key.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase))
                    .Select(pair => $"{pair.Key}={pair.Value}")
            )
        );
    }

    private static async Task<RunRequest> RunAsync(TestBuild build, string file)
    {
        var runner = new TestRunner();
        await (
            build.Options(file) with
            {
                Runner = runner,
                Secrets = new[] { "s1", "other", "a/s1", "b" }.ToImmutableDictionary(
                    id => id,
                    _ => new Func<ReadOnlyMemory<byte>>(() => "s"u8.ToArray())
                ),
                SshSockets = ImmutableDictionary<string, string>.Empty.Add("default", "/run/agent"),
            }
        ).RunAsync(TestContext.Current.CancellationToken);
        return Assert.Single(runner.Requests);
    }
}
