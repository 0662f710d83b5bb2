using Containerize.Tasks;

namespace Containerize.Task.Tests;

/// <summary>What is worth a word and stops nothing.</summary>
public sealed class WarningTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData(nameof(BuildImage.Family), "alpine", "ContainerFamily has no effect: ContainerBaseImage is 'scratch'")]
    [InlineData(nameof(BuildImage.DockerfileTarget), "x", "ContainerDockerfileTarget has no effect")]
    [InlineData(nameof(BuildImage.DockerfileNetwork), "none", "ContainerDockerfileNetwork has no effect")]
    [InlineData(nameof(BuildImage.DockerfileContextPath), "/x", "ContainerDockerfileContext has no effect")]
    [InlineData(nameof(BuildImage.Repository), "My Shop", "the image is called 'my-shop'")]
    public void A_setting_that_does_nothing_or_something_else(string property, string value, string said)
    {
        using var task = _app.Task();
        typeof(BuildImage).GetProperty(property)!.SetValue(task, value);
        Assert.True(task.Execute());
        Assert.Single(_app.Engine.Warnings, warning => warning.Message!.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(BuildImage.Labels), "<ContainerLabel Include=\"a\" Value=\"…\" />")]
    [InlineData(nameof(BuildImage.Annotations), "<ContainerAnnotation Include=\"a\" Value=\"…\" />")]
    public void A_value_that_stands_in_a_name(string property, string advice)
    {
        using var task = _app.Task();
        typeof(BuildImage)
            .GetProperty(property)!
            .SetValue(task, PublishedApp.Pairs(("a=b=c", ""), ("empty", ""), ("a=b", "meant")));
        Assert.True(task.Execute());
        var message = Assert.Single(_app.Engine.Warnings, warning => warning.Code == "CTZ0393").Message;
        Assert.Contains(advice, message, StringComparison.Ordinal);
        // It may be a password.
        Assert.DoesNotContain("b=c", message, StringComparison.Ordinal);
    }
}
