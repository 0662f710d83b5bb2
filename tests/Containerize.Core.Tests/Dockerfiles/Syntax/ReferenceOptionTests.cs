using System.Collections.Immutable;
using Containerize.Core.Tests.FileSystems;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Core.Tests.Dockerfiles.Syntax;

/// <summary>Every option of every instruction in the reference of Dockerfiles, syntax 1.20
/// (docs.docker.com/reference/dockerfile): it is done, or refused with a code.</summary>
public sealed class ReferenceOptionTests
{
    // A line for each option with a value that the reference allows; a code where we refuse it, and where this test has
    // no way to fetch what ADD names (AddTests and AddRepositoryTests have one).
    private static readonly (string Line, string? Code)[] Options =
    [
        ("FROM --platform=linux/amd64 scratch", null),
        ("RUN --mount=type=bind,target=/m,source=d,from=first x", null),
        ("RUN --network=none x", null),
        ("RUN --network=default x", null),
        ("RUN --network=host x", null),
        ("RUN --security=sandbox x", null),
        ("RUN --security=insecure x", "CTZ0135"),
        ("RUN --device=vendor.test/device=all x", "CTZ0135"),
        ("COPY --from=first s /x", null),
        ("COPY --chown=5:6 d /x", null),
        ("COPY --chmod=0700 d /x", null),
        ("COPY --chmod=u=rwX,go=rX d /x", null),
        ("COPY --link d /x", null),
        ("COPY --parents d/f /x/", null),
        ("COPY --exclude=*.txt d /x", null),
        ("ADD --keep-git-dir=true https://git.test/a.git /x", "CTZ0344"),
        (
            "ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 "
                + "http://example.test/f /x",
            "CTZ0135"
        ),
        ("ADD --chown=5 d /x", null),
        ("ADD --chmod=0700 d /x", null),
        ("ADD --link d /x", null),
        ("ADD --exclude=*.txt d /x", null),
        ("ADD --unpack=false d /x", null),
        ("HEALTHCHECK --interval=1s CMD x", null),
        ("HEALTHCHECK --timeout=1s CMD x", null),
        ("HEALTHCHECK --start-period=1s CMD x", null),
        ("HEALTHCHECK --start-interval=1s CMD x", null),
        ("HEALTHCHECK --retries=1 CMD x", null),
    ];

    // The same for the options within --mount, by its type.
    private static readonly Dictionary<string, string[]> Mounts = new(StringComparer.Ordinal)
    {
        ["bind"] = ["target=/m", "dst=/m", "destination=/m", "source=d", "src=d", "from=first", "rw", "readwrite"],
        ["cache"] =
        [
            "id=i",
            "target=/m",
            "dst=/m",
            "destination=/m",
            "ro",
            "readonly",
            "sharing=shared",
            "sharing=private",
            "sharing=locked",
            "from=first",
            "source=s",
            "mode=0700",
            "uid=5",
            "gid=5",
        ],
        ["tmpfs"] = ["target=/m", "dst=/m", "destination=/m", "size=1m"],
        ["secret"] =
        [
            "id=key",
            "target=/m",
            "dst=/m",
            "env=KEY",
            "required",
            "required=true",
            "mode=0444",
            "uid=5",
            "gid=5",
        ],
        ["ssh"] = ["id=default", "target=/m", "dst=/m", "required=true", "mode=0666", "uid=5", "gid=5"],
    };

    public static TheoryData<string, string?> Lines { get; } =
    [
        .. Options.Select(option => (option.Line, option.Code)),
        .. Mounts.SelectMany(type =>
            type.Value.Select(option =>
                ($"RUN --mount=type={type.Key},{Needed(type.Key, option)}{option} x", (string?)null)
            )
        ),
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task An_option_is_done_or_refused_with_a_code(string line, string? code)
    {
        using var build = new TestBuild()
            .With("d/f", "f")
            .WithImage("first", TestTar.Of([TestTar.Folder("d/"), TestTar.File("s/f", "s")]));
        var options = build.Options(
            line.StartsWith("FROM ", StringComparison.Ordinal) ? line : $"FROM first\n{line}"
        ) with
        {
            Runner = new TestRunner(),
            AllowsHostNetwork = true,
            Secrets = ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>>.Empty.Add("key", () => "s"u8.ToArray()),
            SshSockets = ImmutableDictionary<string, string>.Empty.Add("default", "/run/agent"),
        };
        var run = () => options.RunAsync(TestContext.Current.CancellationToken);
        if (code is null)
            Assert.NotNull(await run());
        else
            Assert.Equal(code, (await Assert.ThrowsAsync<ContainerizeException>(run)).Diagnostic.Code);
    }

    [Fact]
    public void These_are_all_options_that_are_read()
    {
        var tried = Options
            .Select(option => option.Line.Split(' '))
            .Select(words => $"{words[0]} {words[1][2..].Split('=')[0]}")
            .ToHashSet(StringComparer.Ordinal);
        Assert.Equal(
            tried.Order(StringComparer.Ordinal),
            InstructionFlags
                .Known.SelectMany(pair => pair.Value.Select(option => $"{pair.Key} {option.TrimEnd('=')}"))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            MountSyntax.Names.Remove("type").Order(StringComparer.Ordinal),
            Mounts
                .Values.SelectMany(options => options)
                .Select(option => option.Split('=')[0])
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
    }

    // A mount without what it is about is an error of its own.
    private static string Needed(string type, string option) =>
        type switch
        {
            "secret" when !option.StartsWith("id=", StringComparison.Ordinal) => "id=key,",
            "bind" or "cache" or "tmpfs" when option[^2..] != "/m" => "target=/m,",
            _ => "",
        } + (option.StartsWith("source=s", StringComparison.Ordinal) ? "from=first," : "");
}
