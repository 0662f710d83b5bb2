using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Diagnostics;

/// <summary>No message repeats a key or a token, whatever file or option it stood in.</summary>
public sealed class HiddenKeyTests
{
    private const string Secret = "MHcCAQEEIGdD5x8ZPbwdwtbE9FKmu/+a=";

    [Theory]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\n" + Secret + "\n-----END EC PRIVATE KEY-----\n", "-----BEGIN EC")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----" + Secret, "-----BEGIN EC")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nProc-Type: 4\n\n" + Secret, "-----BEGIN")]
    [InlineData("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n" + Secret, "SIGSTORE")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.MHcCAQEEIGdD5x8ZPb.MHcCAQ", "a token, not shown")]
    public void A_message_shows_no_key(string text, string kept)
    {
        var message = new ContainerizeException(DiagnosticTable.InvalidSetting, $"'{text}' is no file.").Message;
        Assert.DoesNotContain("MHcCAQ", message, StringComparison.Ordinal);
        Assert.Contains(kept, message, StringComparison.Ordinal);
        Assert.EndsWith("is no file.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_and_a_name_stay()
    {
        const string Text = "A file that begins with '-----BEGIN CERTIFICATE-----' is one; eyJ stays.";
        Assert.Equal(Text, new ContainerizeException(DiagnosticTable.InvalidSetting, Text).Message);
    }

    [Theory]
    [InlineData("ghp_SECRETTOKEN1234", "it is not JSON.")]
    [InlineData("""{"auths":{"host":{"auth":"ghp_SECRETTOKEN1234"}}""", "it is not JSON.")]
    [InlineData(" <html><title>Login", "begins with ' <html><title>Login'")]
    public void What_is_no_JSON_is_shown_where_it_is_a_page_alone(string text, string end)
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            OciJson.Parse(System.Text.Encoding.UTF8.GetBytes(text), "'file'")
        );
        Assert.DoesNotContain("SECRET", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(end.EndsWith('.') ? end : end + ".", exception.Message, StringComparison.Ordinal);
    }
}
