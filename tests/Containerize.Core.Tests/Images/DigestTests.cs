using Containerize.Images;

namespace Containerize.Core.Tests.Images;

public sealed class DigestTests
{
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void A_digest_of_nothing_is_the_one_everybody_knows() =>
        Assert.Equal("sha256:" + Empty, Digest.Of([]).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("sha256:")]
    [InlineData(Empty)]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../etc/passwd.")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:" + Empty + "0")]
    [InlineData("sha512:" + Empty)]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    public void What_is_not_exactly_a_digest_is_none(string text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void A_digest_has_an_algorithm_and_hexadecimal_digits()
    {
        var digest = Digest.Parse("sha256:" + Empty);
        Assert.Equal(("sha256", Empty), (digest.Algorithm, digest.Hex));
    }
}
