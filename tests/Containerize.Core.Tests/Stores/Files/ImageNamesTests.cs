using System.Text;
using Containerize.Images;
using Containerize.Stores.Files;

namespace Containerize.Core.Tests.Stores.Files;

public sealed class ImageNamesTests
{
    private const string Pinned = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    [Theory]
    [InlineData("1.0", "1.0", true)]
    [InlineData("docker.io/acme/app:1.0", "1.0", true)]
    [InlineData("docker.io/library/app:1.0", "app:1.0", true)]
    [InlineData("app:latest", "docker.io/library/app", true)]
    [InlineData("localhost:5000/app", "latest", true)]
    [InlineData("any text, as it is", "any text, as it is", true)]
    [InlineData("1.0", "1.1", false)]
    [InlineData("docker.io/acme/app:1.0", "acme/other:1.0", false)]
    [InlineData("docker.io/acme/app:1.0", "app", false)]
    [InlineData("latest", "app", false)]
    [InlineData("<none>:<none>", "none", false)]
    [InlineData(null, "latest", false)]
    [InlineData("docker.io/acme/app:1.0", "acme/app:1.0@" + Pinned, false)]
    public void A_stored_name_is_meant_by_its_tag_or_its_reference(string? stored, string wanted, bool expected) =>
        Assert.Equal(expected, ImageNames.IsMeant(stored, wanted));

    [Theory]
    [InlineData("acme/app@" + Pinned, "foo", true)]
    [InlineData("acme/app:1.0@" + Pinned, "foo", true)]
    [InlineData("acme/app:1.0", "another", true)]
    [InlineData("acme/app:1.1@" + Pinned, "foo", false)]
    [InlineData("acme/other@" + Pinned, "foo", false)]
    [InlineData("acme/app@" + Pinned, "another", false)]
    [InlineData("acme/app:1.0@" + Pinned, "another", false)]
    public void A_digest_in_the_name_is_that_of_the_image(string wanted, string content, bool expected)
    {
        var name = ImageReference.Parse("acme/app:1.0");
        var descriptor = new Descriptor(MediaTypes.OciManifest, Digest.Of(Encoding.UTF8.GetBytes(content)), 3)
        {
            Annotations = ImageNames.Annotations(name),
        };
        Assert.Equal(expected, ImageNames.IsMeant(descriptor, wanted));
    }

    [Fact]
    public void Every_tool_finds_the_image_by_tag_and_by_full_name() =>
        Assert.Equal(
            ["io.containerd.image.name=docker.io/library/app:latest", "org.opencontainers.image.ref.name=latest"],
            ImageNames
                .Annotations(new ImageReference("docker.io", "library/app"))
                .Select(pair => $"{pair.Key}={pair.Value}")
        );
}
