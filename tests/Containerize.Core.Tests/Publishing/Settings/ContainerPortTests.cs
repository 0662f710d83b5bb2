using Containerize.Diagnostics;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Settings;

public sealed class ContainerPortTests
{
    [Theory]
    [InlineData("8080", "", "8080/tcp")]
    [InlineData("53", "UDP", "53/udp")]
    public void A_port_is_a_number_and_a_protocol(string number, string protocol, string port) =>
        Assert.Equal(port, ContainerPort.Parse(number, protocol).ToString());

    [Theory]
    [InlineData("8080:80", "", "docker run -p 8080:80", "Include=\"80\" Type=\"tcp\"")]
    [InlineData("127.0.0.1:8080:80", "", "docker run -p 127.0.0.1:8080:80", "Include=\"80\" Type=\"tcp\"")]
    [InlineData("53/udp", "", "ContainerPort is '53/udp'.", "Include=\"53\" Type=\"udp\"")]
    [InlineData("80/tcp/tcp", "", "ContainerPort is '80/tcp/tcp'.", "a number from 1 to 65535")]
    [InlineData("80/tcp", "tcp", "ContainerPort is '80/tcp' with the Type 'tcp'.", "Include=\"80\" Type=\"tcp\"")]
    [InlineData("80", "sctp", "ContainerPort is '80' with the Type 'sctp'.", "the type tcp or udp")]
    [InlineData("0", "", "ContainerPort is '0'.", "a number from 1 to 65535")]
    public void What_is_none_is_quoted_with_what_to_write(string number, string protocol, string quoted, string advice)
    {
        var exception = Assert.Throws<ContainerizeException>(() => ContainerPort.Parse(number, protocol));
        Assert.Equal(DiagnosticTable.InvalidPort, exception.Diagnostic);
        Assert.Contains(quoted, exception.Message, StringComparison.Ordinal);
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }
}
