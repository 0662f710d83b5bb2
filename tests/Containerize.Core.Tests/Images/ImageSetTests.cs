using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Images;

public sealed class ImageSetTests
{
    private static readonly Platform Arm = new("linux", "arm");

    [Fact]
    public void One_image_has_no_index_and_keeps_its_digest()
    {
        var image = TestImage.Of("one");
        Assert.Null(ImageSet.Of(image).Index);
        Assert.Equal(image.Digest, ImageSet.Of(image).Digest);
    }

    [Fact]
    public void An_index_names_each_platform_with_its_variant()
    {
        var set = ImageSet.Of(TestImage.Of(TestImage.Arm64, "one"), TestImage.Of(Arm, "one"), TestImage.Of("one"));
        Assert.Equal(
            ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"],
            set.Index!.Manifests.Select(manifest => manifest.Platform!.ToString())
        );
        Assert.Equal(set.Images.Select(image => image.Digest), set.Index.Manifests.Select(manifest => manifest.Digest));
    }

    [Fact]
    public void The_index_does_not_depend_on_who_was_ready_first()
    {
        var (one, two) = (TestImage.Of("one"), TestImage.Of(TestImage.Arm64, "one"));
        Assert.Equal(ImageSet.Of(one, two).Digest, ImageSet.Of(two, one).Digest);
    }

    [Fact]
    public void Two_images_for_one_platform_are_an_error() =>
        Assert.Equal(
            DiagnosticTable.PlatformTwice,
            Assert.Throws<ContainerizeException>(() => ImageSet.Of(TestImage.Of("one"), TestImage.Of("two"))).Diagnostic
        );

    [Fact]
    public void Families_are_never_mixed()
    {
        var set = ImageSet.Of(TestImage.Of("one").In(ImageFormat.Docker), TestImage.Of(TestImage.Arm64, "one"));
        Assert.All(set.Images, image => Assert.Equal(ImageFormat.Oci, image.Manifest.Format));
        Assert.Equal(MediaTypes.OciIndex, set.Descriptor.MediaType);
        var docker = ImageSet.Of(
            TestImage.Of("one").In(ImageFormat.Docker),
            TestImage.Of(TestImage.Arm64, "one").In(ImageFormat.Docker)
        );
        Assert.Equal(MediaTypes.DockerIndex, docker.Descriptor.MediaType);
    }

    [Fact]
    public void The_machine_gets_its_own_and_else_the_first()
    {
        var set = ImageSet.Of(TestImage.Of("one"), TestImage.Of(TestImage.Arm64, "one"));
        Assert.Equal("arm64", set.For(TestImage.Arm64).Config.Platform.Architecture);
        Assert.Equal("amd64", set.For(new Platform("linux", "s390x")).Config.Platform.Architecture);
        Assert.Equal("amd64", set.For(null).Config.Platform.Architecture);
    }
}
