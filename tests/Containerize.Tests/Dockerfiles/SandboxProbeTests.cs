namespace Containerize.Tests.Dockerfiles;

/// <summary>
/// What a command can do, item by item: the capabilities that both Docker and buildah leave, and nothing else that the
/// probe asks for. As root here;
/// <see cref="RunningUserTests"/> runs these as somebody else.
/// </summary>
public sealed class SandboxProbeTests : IDisposable
{
    private static readonly string[] Expected =
    [
        "capability chown",
        "capability dac_override",
        "capability fowner",
        "capability fsetid",
        "capability kill",
        "capability net_bind_service",
        "capability setfcap",
        "capability setgid",
        "capability setpcap",
        "capability setuid",
        "capability sys_chroot",
    ];

    /// <summary>What is allowed too where slirp4netns cannot work, with a warning.</summary>
    internal static readonly string[] OfTheMachinesNetwork =
    [
        "host-namespace net",
        "network host-abstract-socket",
        "network host-loopback",
    ];

    private readonly RunningBase _base = new();

    public static TheoryData<string> Ways => RunningTests.Ways;

    public void Dispose() => _base.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_command_can_do_what_is_written_and_nothing_else(string way)
    {
        using var probe = await SandboxProbe.CompileAsync(_base.Folder("probe"));
        var warnings = new List<string>();
        var answers = await SandboxProbe.AskAsync(probe.Path, _base, way, probe.Words, warnings.Add);
        Assert.True(answers.Count > 120, string.Join('\n', answers));
        Assert.Equal(
            warnings.Count == 0 ? Expected : Expected.Concat(OfTheMachinesNetwork).Order(StringComparer.Ordinal),
            answers
                .Where(answer => answer.Value == "allowed")
                .Select(answer => answer.Key)
                .Order(StringComparer.Ordinal)
        );
    }
}
