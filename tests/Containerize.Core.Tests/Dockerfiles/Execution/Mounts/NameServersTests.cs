using Containerize.Dockerfiles.Execution.Mounts;

namespace Containerize.Core.Tests.Dockerfiles.Execution.Mounts;

/// <summary>Which name servers a command with a network of its own gets: none on the loopback, as with
/// Docker.</summary>
public class NameServersTests
{
    [Theory]
    [InlineData("nameserver 10.0.0.1\nsearch example.test\n", "nameserver 10.0.0.1\nsearch example.test\n")]
    [InlineData(
        "nameserver 127.0.0.53\nnameserver\t10.0.0.1 # a\noptions edns0\n",
        "nameserver\t10.0.0.1 # a\noptions edns0\n"
    )]
    [InlineData("nameserver ::1\nnameserver fe80::1%eth0\nnameserver 10.0.0.1", "nameserver 10.0.0.1\n")]
    [InlineData("nameserver 127.0.0.53\n", "nameserver 192.0.2.1\n")]
    [InlineData("", "nameserver 192.0.2.1\n")]
    public void Those_of_the_loopback_are_left_out(string text, string expected) =>
        Assert.Equal(expected, NameServers.Reachable([text, "nameserver 192.0.2.1\n"]));

    [Theory]
    [InlineData("nameserver 127.0.0.1\nnameserver ::1\n")]
    [InlineData("nameserver nonsense\n")]
    [InlineData("# nameserver 10.0.0.1\n")]
    public void Without_any_other_there_is_none(string text) => Assert.Null(NameServers.Reachable([text, ""]));
}
