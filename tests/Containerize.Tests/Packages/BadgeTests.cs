using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>The sample Badge, which draws text with a native library that needs one of the operating system's, and a
/// font.</summary>
public sealed class BadgeTests(Machine machine)
{
    [Fact]
    public async Task Text_is_drawn_with_a_font_of_a_package()
    {
        var folder = machine.Folder.Create("badge");
        var tarball = Path.Combine(folder, "image.tar");
        (
            await Samples
                .Write("Badge", folder, await machine.Feed)
                .With("ContainerBaseImage", "packages")
                .With("RuntimeIdentifier", "linux-x64")
                .With("SelfContained", "true")
                .With("ContainerArchiveOutputPath", tarball)
                .ContainerizeAsync()
        ).Succeeded();
        var docker = await machine.Docker;
        await docker.LoadAsync(tarball);
        var (ink, few) = (await DrawAsync(docker, "Größe und Gewicht"), await DrawAsync(docker, "i"));
        Assert.True(ink.Dark > 10 * few.Dark && few.Dark > 50, $"{ink} and {few}");
        Assert.True(ink.Width > 10 * few.Width / 2 && ink.Dark < ink.Width * ink.Height / 4, $"{ink} and {few}");
    }

    private async Task<PngImage> DrawAsync(DockerEngine docker, string text)
    {
        var folder = machine.Folder.Create("badges");
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        var said = (
            await docker.DockerAsync(
                "run",
                "--rm",
                "--network",
                "none",
                "--volume",
                $"{folder}:/badges",
                "badge:latest",
                text,
                "/badges/badge.png"
            )
        ).Text;
        var picture = PngImage.Read(
            await File.ReadAllBytesAsync(Path.Combine(folder, "badge.png"), TestContext.Current.CancellationToken)
        );
        Assert.Equal($"/badges/badge.png: {picture.Width}x{picture.Height}, DejaVu Sans", said);
        return picture;
    }
}
