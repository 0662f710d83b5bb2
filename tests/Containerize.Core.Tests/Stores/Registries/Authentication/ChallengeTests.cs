using Containerize.Stores.Registries.Authentication;

namespace Containerize.Core.Tests.Stores.Registries.Authentication;

/// <summary>The cases of distribution, go-containerregistry, Jib and oras-dotnet.</summary>
public sealed class ChallengeTests
{
    [Theory]
    [InlineData(
        "Bearer "
            + "realm=\"https://auth.example.com/token\",service=\"registry.example.com\",other=fun,slashed=\"he\\\"\\l\\lo\"",
        "bearer other=fun realm=https://auth.example.com/token service=registry.example.com slashed=he\"llo"
    )]
    [InlineData("Basic realm=\"Test Registry\"", "basic realm=Test Registry")]
    [InlineData("BASIC", "basic")]
    [InlineData(
        "bEaReR realm=\"https://somerealm\",service=\"someservice\",scope=\"somescope\"",
        "bearer realm=https://somerealm scope=somescope service=someservice"
    )]
    [InlineData(
        "Bearer realm = \"https://auth.example.io/token\"   ,service=registry.example.io, scope  "
            + "=\"repository:library/hello-world:pull,push\"  ",
        "bearer realm=https://auth.example.io/token scope=repository:library/hello-world:pull,push "
            + "service=registry.example.io"
    )]
    [InlineData("Bearer realm=\"https://registry.io/oauth2/token", "bearer")]
    [InlineData("Bearer foo=\"foo\\\"bar\",hello=\"\\\"hello world\\\"\"", "bearer foo=foo\"bar hello=\"hello world\"")]
    [InlineData("Bearer realm=https://a/t?x=1&y=2,service=s", "bearer realm=https://a/t?x=1&y=2 service=s")]
    [InlineData(
        "Basic realm=\"a, Bearer realm=b\", Bearer realm=\"c\"",
        "basic realm=a, Bearer realm=b|bearer realm=c"
    )]
    [InlineData("Negotiate, Basic realm=\"x\"", "negotiate|basic realm=x")]
    [InlineData("", "")]
    [InlineData(" , ,", "")]
    public void A_header_holds_challenges(string header, string expected) =>
        Assert.Equal(
            expected,
            string.Join(
                '|',
                Challenge
                    .Parse([header])
                    .Select(challenge =>
                        string.Join(
                            ' ',
                            challenge
                                .Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                                .Select(pair => $"{pair.Key}={pair.Value}")
                                .Prepend(challenge.Scheme)
                        )
                    )
            )
        );

    [Fact]
    public void The_names_of_parameters_know_no_case() =>
        Assert.Equal("x", Challenge.Parse(["Bearer REALM=x"])[0]["realm"]);

    [Fact]
    public void Several_headers_are_read_as_one() =>
        Assert.Equal(
            ["negotiate", "digest", "basic"],
            Challenge.Parse(["Negotiate", "Digest realm=\"x\", Basic"]).Select(challenge => challenge.Scheme)
        );
}
