using Containerize.Tasks;
using Containerize.TestKit.Keyless;
using Containerize.TestKit.Registries;

namespace Containerize.Task.Tests;

/// <summary>A publish that signs with the identity of the pipeline, and one that demands such a signature of its
/// base.</summary>
public sealed class KeylessPublishTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("SIGSTORE_ID_TOKEN", null);
        _app.Dispose();
    }

    [Fact]
    public async System.Threading.Tasks.Task A_pipeline_signs_what_it_publishes_and_demands_the_same_of_a_base()
    {
        await using var services = await KeylessServices.StartAsync();
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        Environment.SetEnvironmentVariable("ACTIONS_ID_TOKEN_REQUEST_URL", null);
        Environment.SetEnvironmentVariable("SIGSTORE_ID_TOKEN", null);
        using var tokenless = Signing(services, registry);
        Assert.False(tokenless.Execute());
        Assert.Equal(["CTZ0457"], _app.Engine.Codes);
        Assert.Empty(registry.Manifests);

        Environment.SetEnvironmentVariable("SIGSTORE_ID_TOKEN", KeylessServices.OwnToken);
        using var task = Signing(services, registry);
        Assert.True(task.Execute(), Errors);
        Assert.Single(services.Requests, request => request.Path == "/api/v1/log/entries");
        var written = string.Join('\n', _app.Engine.Errors.Select(each => each.Message));
        Assert.DoesNotContain(KeylessServices.OwnToken, written, StringComparison.Ordinal);

        var root = Path.Combine(_app.Folder, "root.json");
        await File.WriteAllTextAsync(
            root,
            services.TrustedRoot().ToJsonString(),
            TestContext.Current.CancellationToken
        );
        using var based = Based(registry, KeylessServices.Identity);
        Assert.True(based.Execute(), Errors);
        using var other = Based(registry, "https://github.com/acme/other");
        Assert.False(other.Execute());
        using var half = Based(registry, KeylessServices.Identity);
        half.BaseImageIssuer = "";
        Assert.False(half.Execute());
        using var both = Signing(services, registry);
        (both.SigningKey, both.ImageTag) = ("env://SIGSTORE_ID_TOKEN", "v2");
        Assert.False(both.Execute());
        using var word = Signing(services, registry);
        (word.Signing, word.ImageTag) = ("kyless", "v3");
        Assert.False(word.Execute());
        Assert.Equal(["CTZ0457", "CTZ0364", "CTZ0463", "CTZ0470", "CTZ0462"], _app.Engine.Codes);
    }

    private string Errors => string.Join('\n', _app.Engine.Errors.Select(error => error.Message));

    private BuildImage Signing(KeylessServices services, TestRegistry registry)
    {
        var task = _app.Task();
        (task.Registry, task.OciLayoutPath, task.Signing) = (registry.Authority, "", "keyless");
        (task.FulcioUrl, task.RekorUrl) = (services.Url, services.Url);
        task.TimestampUrl = services.Url + "/api/v1/timestamp";
        return task;
    }

    private BuildImage Based(TestRegistry registry, string identity)
    {
        var task = _app.Task();
        task.BaseImage = $"{registry.Authority}/shop:latest";
        (task.BaseImageIdentity, task.BaseImageIssuer) = (identity, KeylessServices.Issuer);
        task.BaseImageTrustedRoot = "root.json";
        return task;
    }
}
