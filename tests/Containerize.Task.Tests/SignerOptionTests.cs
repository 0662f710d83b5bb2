using Containerize.Tasks;

namespace Containerize.Task.Tests;

/// <summary>Properties about signatures that nothing would read stop a publish.</summary>
public sealed class SignerOptionTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData(
        "ContainerFulcioUrl",
        "ContainerSigningCommand",
        nameof(BuildImage.FulcioUrl),
        nameof(BuildImage.SigningCommand)
    )]
    [InlineData(
        "ContainerTimestampUrl",
        "ContainerSigningKey",
        nameof(BuildImage.TimestampUrl),
        nameof(BuildImage.SigningKey)
    )]
    [InlineData(
        "ContainerSigningPublicKey",
        "ContainerSigningCommand",
        nameof(BuildImage.SigningPublicKey),
        nameof(BuildImage.SigningKey)
    )]
    [InlineData(
        "ContainerSimpleSigning",
        "ContainerSigning=keyless",
        nameof(BuildImage.SimpleSigning),
        nameof(BuildImage.Signing)
    )]
    [InlineData(
        "ContainerSigning=keyless",
        "ContainerSigningKey",
        nameof(BuildImage.Signing),
        nameof(BuildImage.SigningKey)
    )]
    [InlineData(
        "ContainerBaseImageTrustedRoot",
        "ContainerBaseImageKey",
        nameof(BuildImage.BaseImageTrustedRoot),
        nameof(BuildImage.BaseImageKey)
    )]
    public void The_error_names_both(string one, string two, params string[] properties)
    {
        using var task = _app.Task();
        foreach (var property in properties)
            typeof(BuildImage)
                .GetProperty(property)!
                .SetValue(task, property == nameof(BuildImage.SimpleSigning) ? "true" : "none.pem");
        Assert.False(task.Execute());
        var error = Assert.Single(_app.Engine.Errors);
        Assert.Equal("CTZ0470", error.Code);
        Assert.Contains(one, error.Message, StringComparison.Ordinal);
        Assert.Contains(two, error.Message, StringComparison.Ordinal);
    }

    [Fact] // Several projects share them, and not each of them signs.
    public void A_project_that_signs_nothing_may_have_the_settings_of_those_that_do()
    {
        using var task = _app.Task();
        (task.FulcioUrl, task.RekorUrl, task.TimestampUrl) = ("https://a.example", "https://b.example", "none");
        (task.SigningPublicKey, task.SimpleSigning) = ("none.pem", "true");
        Assert.True(task.Execute());
        Assert.Empty(_app.Engine.Codes);
        Assert.Empty(_app.Engine.Warnings);
    }
}
