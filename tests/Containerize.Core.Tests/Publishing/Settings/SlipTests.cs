using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Settings;

/// <summary>Values in the form of another program, which would be taken as they are.</summary>
public sealed class SlipTests
{
    [Theory]
    [InlineData("/data:/data", "'docker run -v /data:/data'")]
    [InlineData("/srv/data:/data:ro", "such as '/data'.")]
    [InlineData("data:/data", "such as '/data'.")]
    [InlineData("/data:ro", "such as '/data'.")]
    [InlineData("/data,/logs", "<ContainerVolume Include=\"/data;/logs\" />")]
    [InlineData("/", "is the root")]
    [InlineData("//", "is the root")]
    public void A_volume_is_one_folder(string text, string advice)
    {
        var error = Assert.Throws<ContainerizeException>(() => ContainerVolume.Parse(text, "", "", isWindows: false));
        Assert.Equal(DiagnosticTable.InvalidVolume, error.Diagnostic);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CMD curl -f http://localhost")]
    [InlineData("CMD-SHELL curl")]
    [InlineData("HEALTHCHECK CMD curl")]
    [InlineData("[\"CMD\", \"curl\"]")]
    public void A_health_check_is_a_line_for_the_shell(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidHealthcheck,
            Assert.Throws<ContainerizeException>(() => Healthcheck.Parse(text)).Diagnostic
        );

    [Theory]
    [InlineData("CMDER --check")]
    [InlineData("[ -f /ready ]")]
    public void A_line_that_begins_alike_is_one(string text) =>
        Assert.Equal(["CMD-SHELL", text], Healthcheck.Parse(text)!.Test);

    [Theory]
    [InlineData("linux-x64,linux-arm64")]
    [InlineData("linux-x64 linux-arm64")]
    public void Between_platforms_stands_a_semicolon(string text) =>
        Assert.Contains(
            "Between several stands ';'.",
            Assert.Throws<ContainerizeException>(() => Platform.FromRuntimeIdentifier(text)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("https://ghcr.io/acme/shop", "ContainerRegistry to 'ghcr.io' and ContainerRepository to 'acme/shop'.")]
    [InlineData("https://ghcr.io/acme/shop:1", "ContainerImageTag to '1'")]
    [InlineData("@acme/shop", "'@acme/shop' gives no valid repository name")]
    [InlineData(":1.0", "':1.0' gives no valid repository name")]
    public void A_repository_is_advised_to_be_one(string text, string advice) =>
        Assert.Contains(
            advice,
            Assert.Throws<ContainerizeException>(() => RepositoryName.Parse(text)).Message,
            StringComparison.Ordinal
        );
}
