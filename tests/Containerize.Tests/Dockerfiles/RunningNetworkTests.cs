using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Tests.Dockerfiles;

/// <summary>
/// Which network a command has. Where slirp4netns cannot work, as for a user whom <c>/dev/net/tun</c> is closed to, the
/// same tests see to it that the build says so.
/// </summary>
public sealed class RunningNetworkTests : IDisposable
{
    private const string Canary = "CANARY-OF-THE-LOOPBACK";

    private readonly RunningBase _base = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _warnings = [];

    public RunningNetworkTests()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public static TheoryData<string> Ways => RunningTests.Ways;

    private string Ask => $"{AskAt("127.0.0.1")} || echo refused; grep -c tap0 /proc/net/dev || :";

    public void Dispose()
    {
        _listener.Dispose();
        _base.Dispose();
    }

    /// <summary>As with Docker's bridge and buildah's slirp4netns: neither the loopback nor another way to it is the
    /// machine's.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task By_default_it_is_its_own_or_the_build_says_that_it_is_not(string way)
    {
        var (lines, entries) = await RunAsync(
            way,
            NetworkMode.Default,
            $"{Ask}; {AskAt("10.0.2.2")}; {AskAt("10.0.2.3")}; cat /etc/resolv.conf"
        );
        Assert.Empty(entries);
        if (_warnings.Count == 0)
        {
            Assert.Equal(["refused", "1"], lines[..2]);
            Assert.DoesNotContain(
                lines,
                line =>
                    line.Contains(Canary, StringComparison.Ordinal)
                    || line.StartsWith("nameserver 127.", StringComparison.Ordinal)
            );
        }
        else
        {
            Assert.Equal([Canary, "0"], lines[..2]);
            Assert.False(Environment.IsPrivilegedProcess, _warnings[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_can_be_none_or_the_machines(string way)
    {
        Assert.Equal(["refused", "0"], (await RunAsync(way, NetworkMode.None, Ask)).Lines);
        Assert.Equal([Canary, "0"], (await RunAsync(way, NetworkMode.Host, Ask)).Lines);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("crun", null)]
    [InlineData("unshare", null)]
    [InlineData("crun", "/bin/false")]
    [InlineData("unshare", "/bin/false")]
    [InlineData("unshare", "/nowhere/slirp4netns")]
    public async Task Without_a_program_for_it_there_is_one_warning_for_all_commands(string way, string? program)
    {
        var runner = new RunExecutor(
            RunningBase.Machine(way) with
            {
                NetworkProgram = program,
            },
            _base.Folder("layers")
        );
        for (var i = 0; i < 2; i++)
        {
            var lines = new List<string>();
            await using var changes = await runner.RunAsync(
                _base.Request(Ask) with
                {
                    Output = lines.Add,
                    Warning = _warnings.Add,
                },
                TestContext.Current.CancellationToken
            );
            Assert.Equal([Canary, "0"], lines);
        }

        Assert.StartsWith("RUN has the network of this machine", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crun")]
    [InlineData("unshare")]
    public async Task Name_servers_of_the_loopback_are_no_reason_to_open_it(string way)
    {
        var file = _base.Folder("resolv.conf");
        await File.WriteAllTextAsync(file, "nameserver 127.0.0.1\n", TestContext.Current.CancellationToken);
        var lines = new List<string>();
        var runner = new RunExecutor(RunningBase.Machine(way) with { ResolvConf = file }, _base.Folder("layers"));
        await using var changes = await runner.RunAsync(
            _base.Request("cat /etc/resolv.conf") with
            {
                Output = lines.Add,
                Warning = _warnings.Add,
            },
            TestContext.Current.CancellationToken
        );
        Assert.True(
            lines.Contains("nameserver 127.0.0.1") == (_warnings.Count == 1),
            string.Join('\n', lines.Concat(_warnings))
        );
        Assert.True(_warnings.Count == 1 || File.Exists(NameServersOfResolved), string.Join('\n', lines));
    }

    private const string NameServersOfResolved = "/run/systemd/resolve/resolv.conf";

    private string AskAt(string address) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"busybox nc -w 3 {address} {((IPEndPoint)_listener.LocalEndpoint).Port} < /dev/null 2> /dev/null"
        );

    private async Task<(string[] Lines, string[] Entries)> RunAsync(string way, NetworkMode network, string line) =>
        await _base.RunAsync(way, _base.Request(line) with { Network = network, Warning = _warnings.Add });

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Canary + "\n"));
            }
        }
        catch (Exception exception)
            when (exception is SocketException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
