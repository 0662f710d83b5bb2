using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Diagnostics;

namespace Containerize.Tool.Commands;

/// <summary>Options of <c>docker build</c> that have no meaning here. A value that asks for nothing is taken; any other
/// is refused with what does the same.</summary>
internal static class ForeignOptions
{
    private const string Group =
        "Commands get no control group of their own. Start the build in one that has the limit: "
        + "'systemd-run --scope -p MemoryMax=2G -p CPUQuota=150% containerize build …'; --ulimit limits each process.";

    private static readonly string[] No = ["false", "0", "f"];

    // What has an empty list of harmless values is refused whatever it says, and null takes all.
    private static readonly ImmutableArray<Row> Rows =
    [
        Switch("--rm", null, ""),
        Switch("--force-rm", null, ""),
        Switch("--compress", null, ""),
        Switch("--disable-content-trust", ["true"], "'containerize verify --key' checks a signature."),
        Switch("--squash", No, "The last stage has one layer where it is FROM scratch and one COPY --from a stage."),
        Switch("--debug", No, "--progress plain shows all that commands write.", "-D"),
        Value("--provenance", No, "'containerize attest' puts a signed statement beside an image that was pushed."),
        Value(
            "--sbom",
            No,
            "A project gets its SBOM by 'containerize publish'; 'containerize attest' puts one of "
                + "another tool beside an image that was pushed."
        ),
        Value(
            "--attest",
            [
                "type=provenance,disabled=true",
                "disabled=true,type=provenance",
                "type=sbom,disabled=true",
                "disabled=true,type=sbom",
            ],
            "'containerize attest' puts a signed statement beside an image that was pushed."
        ),
        Value("--builder", ["default"], "There is one builder, and it needs no name."),
        Value("--isolation", ["default"], "Each RUN has a sandbox (docs/security.md), and there is one kind of it."),
        Value("--security-opt", [], "Each RUN has a sandbox (docs/security.md) that no option opens."),
        Value("--call", ["build"], "--check checks the Dockerfile; nothing writes its outline or its targets."),
        Value("--memory", [], Group, "-m"),
        Value("--memory-swap", [], Group),
        Value("--cpu-period", [], Group),
        Value("--cpu-quota", [], Group),
        Value("--cpu-shares", [], Group, "-c"),
        Value("--cpuset-cpus", [], Group),
        Value("--cpuset-mems", [], Group),
    ];

    /// <summary>The options; none is in the help.</summary>
    public static IEnumerable<Option> All => Rows.Select(row => row.Option);

    /// <summary>Refuses what has an effect with <c>docker build</c> and none here.</summary>
    /// <exception cref="ContainerizeException">CTZ0455.</exception>
    public static void Check(ParseResult line)
    {
        foreach (var row in Rows)
        {
            if (line.GetResult(row.Option) is not { Implicit: false } given)
                continue;
            var values = given.Tokens.Select(token => token.Value.ToLowerInvariant()).DefaultIfEmpty("true");
            if (row.Harmless is { } harmless && values.FirstOrDefault(value => !harmless.Contains(value)) is { } value)
                throw new ContainerizeException(
                    DiagnosticTable.BuildOptionForeign,
                    $"{row.Option.Name} {value} of 'docker build' has no effect here. {row.Advice}"
                );
        }
    }

    private static Row Switch(string name, string[]? harmless, string advice, params string[] aliases) =>
        new(new Option<bool>(name, aliases) { Hidden = true }, harmless, advice);

    private static Row Value(string name, string[]? harmless, string advice, params string[] aliases) =>
        new(new Option<string[]>(name, aliases) { Hidden = true }, harmless, advice);

    private sealed record Row(Option Option, string[]? Harmless, string Advice);
}
