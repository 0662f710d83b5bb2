using System.Text;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>What a command line gives to a build beside files.</summary>
public sealed class BuildInputsTests : IDisposable
{
    private static readonly MachineEnvironment Environment = new(
        new Dictionary<string, string> { ["TOKEN"] = "s3cret", ["EMPTY"] = "" },
        "/home/user"
    );

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void An_argument_without_a_value_takes_the_environments_if_it_has_one()
    {
        var arguments = BuildInputs.ReadArguments(["A=1", "B=x=y", "TOKEN", "MISSING", "EMPTY", "A=2"], Environment);
        Assert.Equal(
            [("A", "2"), ("B", "x=y"), ("EMPTY", ""), ("TOKEN", "s3cret")],
            arguments.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))
        );
    }

    [Fact]
    public void A_secret_comes_from_a_file_or_a_variable_and_is_read_when_it_is_asked_for()
    {
        File.WriteAllText(_folder["token.txt"], "before");
        var secrets = BuildInputs.ReadSecrets(
            ["id=a,src=token.txt", "id=b,env=TOKEN", "id=TOKEN", "id=token.txt"],
            Environment,
            _folder.Root
        );
        File.WriteAllText(_folder["token.txt"], "after");
        Assert.Equal(
            ["after", "s3cret", "s3cret", "after"],
            new[] { "a", "b", "TOKEN", "token.txt" }.Select(id => Encoding.UTF8.GetString(secrets[id]().Span))
        );
    }

    [Theory]
    [InlineData("src=")]
    [InlineData("id=a,src=nowhere")]
    [InlineData("id=a,env=NOT_SET")]
    [InlineData("id=a,colour=red")]
    [InlineData("id=a,id=b")]
    [InlineData("id")]
    [InlineData("")]
    public void A_secret_that_cannot_be_told_is_an_error_that_shows_no_value(string text)
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            BuildInputs.ReadSecrets([text], Environment, _folder.Root)
        );
        Assert.Equal(DiagnosticTable.InvalidSecret, exception.Diagnostic);
        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_has_a_socket()
    {
        Assert.Equal("/run/agent", BuildInputs.ReadSshSockets(["default=/run/agent"], Environment, "/x")["default"]);
        Assert.Equal(
            DiagnosticTable.InvalidSecret,
            Assert
                .Throws<ContainerizeException>(() => BuildInputs.ReadSshSockets(["default"], Environment, "/x"))
                .Diagnostic
        );
    }

    public void Dispose() => _folder.Dispose();
}
