using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Images;

public sealed class ImageReferenceTests
{
    private const string Sha = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("ubuntu", "docker.io/library/ubuntu:latest")]
    [InlineData("acme/app:1", "docker.io/acme/app:1")]
    [InlineData("index.docker.io/app", "docker.io/library/app:latest")]
    [InlineData("localhost/app", "localhost/app:latest")]
    [InlineData("localhost:5000/a/b/c:v1.2_x-y", "localhost:5000/a/b/c:v1.2_x-y")]
    [InlineData("[::1]:5000/app", "[::1]:5000/app:latest")]
    [InlineData("mcr.microsoft.com/dotnet/aspnet:10.0" + Sha, "mcr.microsoft.com/dotnet/aspnet:10.0" + Sha)]
    [InlineData("ghcr.io/a__b/c-d.e" + Sha, "ghcr.io/a__b/c-d.e" + Sha)]
    public void A_reference_is_read_as_everybody_reads_it(string text, string full)
    {
        Assert.Equal(full, ImageReference.Parse(text).ToString());
        Assert.Equal(full, ImageReference.Parse(full).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":tag")]
    [InlineData("app:")]
    [InlineData("app@")]
    [InlineData("app@sha256:123")]
    [InlineData("Acme/App")]
    [InlineData("registry.example/App")]
    [InlineData("registry.example/a//b")]
    [InlineData("registry.example/a/")]
    [InlineData("registry.example/a:b:c")]
    [InlineData("registry.example:port/a")]
    [InlineData("a b")]
    [InlineData("app:tag\n")]
    [InlineData("https://registry.example/app")]
    public void What_nobody_can_read_is_an_error(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidReference,
            Assert.Throws<ContainerizeException>(() => ImageReference.Parse(text)).Diagnostic
        );

    [Theory]
    [InlineData("user:hunter2@registry.example/app")]
    [InlineData("https://user:hunter2@registry.example/app")]
    [InlineData("user:p/hunter2@registry.example")]
    [InlineData(":hunter2@registry.example")]
    public void A_password_that_is_written_into_a_reference_is_not_repeated(string text)
    {
        var message = Assert.Throws<ContainerizeException>(() => ImageReference.Parse(text)).Message;
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
        Assert.Contains(":***@registry.example", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5000/app@latest", "'localhost:5000/app@latest'")]
    [InlineData("App:1.0" + Sha, "'App:1.0" + Sha + "'")]
    public void A_port_and_a_tag_are_no_passwords(string text, string named) =>
        Assert.Contains(
            named,
            Assert.Throws<ContainerizeException>(() => ImageReference.Parse(text)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("app", "app")]
    [InlineData("My App", "my-app")]
    [InlineData("Shop.Web", "shop.web")]
    public void A_projects_name_becomes_a_repository(string name, string repository) =>
        Assert.Equal(repository, RepositoryName.Normalize(name));

    [Theory]
    [InlineData("acme/shop", "acme/shop")]
    [InlineData("acme.shop", "acme.shop")]
    [InlineData("Acme/My Shop", "acme/my-shop")]
    public void What_a_user_writes_for_a_repository_is_one_or_made_one(string text, string repository) =>
        Assert.Equal(repository, RepositoryName.Parse(text));

    [Theory]
    [InlineData("acme/shop:1.0", "ContainerImageTag to '1.0' and ContainerRepository to 'acme/shop'")]
    [InlineData(
        "127.0.0.1:5555/acme/shop",
        "ContainerRegistry to '127.0.0.1:5555' and ContainerRepository to 'acme/shop'"
    )]
    [InlineData("ghcr.io/acme/app", "ContainerRegistry to 'ghcr.io' and ContainerRepository to 'acme/app'")]
    [InlineData("localhost/app", "ContainerRegistry to 'localhost'")]
    [InlineData(
        "registry.example/acme/app:2",
        "ContainerRegistry to 'registry.example', ContainerImageTag to '2' and ContainerRepository to 'acme/app'"
    )]
    [InlineData("shop:1.0", "ContainerImageTag to '1.0' and ContainerRepository to 'shop'")]
    [InlineData("acme/shop@sha256:12", "a digest")]
    public void A_full_reference_for_a_repository_is_an_error_that_names_the_properties(string text, string advice)
    {
        var exception = Assert.Throws<ContainerizeException>(() => RepositoryName.Parse(text));
        Assert.Equal(DiagnosticTable.RepositoryWithMore, exception.Diagnostic);
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("...")]
    [InlineData("/app")]
    [InlineData("a//b")]
    public void A_name_that_gives_no_repository_is_an_error(string name) =>
        Assert.Equal(
            DiagnosticTable.InvalidRepository,
            Assert.Throws<ContainerizeException>(() => RepositoryName.Normalize(name)).Diagnostic
        );
}
