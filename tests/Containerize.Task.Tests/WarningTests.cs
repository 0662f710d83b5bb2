using Containerize.Tasks;
using Microsoft.Build.Utilities;

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
    [InlineData(nameof(BuildImage.DockerfileCacheFrom), "x", "ContainerDockerfileCacheFrom has no effect")]
    [InlineData(nameof(BuildImage.DockerfileCacheTo), "x", "ContainerDockerfileCacheTo has no effect")]
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

    [Theory]
    [InlineData(nameof(BuildImage.Environment), "ContainerEnvironmentVariable")]
    [InlineData(nameof(BuildImage.Labels), "ContainerLabel")]
    [InlineData(nameof(BuildImage.Annotations), "ContainerAnnotation")]
    [InlineData(nameof(BuildImage.DockerfileArguments), "ContainerDockerfileArgument")]
    public void An_item_without_a_value_and_not_one_whose_value_is_written_and_empty(string property, string kind)
    {
        using var task = _app.Task();
        typeof(BuildImage)
            .GetProperty(property)!
            .SetValue(
                task,
                new[]
                {
                    new TaskItem("A"),
                    new TaskItem("B", new Dictionary<string, string> { ["Value"] = "" }),
                    new TaskItem("C", new Dictionary<string, string> { ["value"] = "" }),
                }
            );
        Assert.True(task.Execute());
        Assert.Contains(
            $"<{kind} Include=\"A\" Value=\"…\" />",
            Assert.Single(_app.Engine.Warnings, warning => warning.Code == "CTZ0451").Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("shop.tar.gz", 1)]
    [InlineData("shop.TGZ", 1)]
    [InlineData("shop.tar", 0)]
    [InlineData("shop.gzip.tar", 0)]
    [InlineData("folder.gz/", 0)]
    public void A_tarball_that_is_called_a_compressed_one(string name, int warnings)
    {
        using var task = _app.Task();
        task.ArchiveOutputPath = Path.Combine(_app.Folder, name);
        if (name.EndsWith('/'))
            Directory.CreateDirectory(task.ArchiveOutputPath);
        Assert.True(task.Execute());
        Assert.Equal(warnings, _app.Engine.Warnings.Count(warning => warning.Code == "CTZ0453"));
    }
}
