using Containerize.TestKit.Tools;

namespace Containerize.Tests.Images;

/// <summary>What the images that tests are made on can do.</summary>
public sealed class BaseImagesTests(Machine machine)
{
    [Fact]
    public async Task The_programs_of_an_image_of_packages_run_together()
    {
        var layout = await (await machine.Bases).OfPackagesAsync("bash", "coreutils", "python3-minimal");
        var (docker, tarball) = (await machine.Docker, machine.Folder.Combine("programs.tar"));
        await Skopeo.CopyAsync($"oci:{layout.Folder}:latest", $"docker-archive:{tarball}:programs:latest");
        await docker.LoadAsync(tarball);
        Assert.Equal(
            "5",
            (
                await docker.DockerAsync(
                    "run",
                    "--rm",
                    "--network",
                    "none",
                    "programs:latest",
                    "bash",
                    "-c",
                    "python3 -c 'print(\"\\n\" * 4)' | wc --lines"
                )
            ).Text
        );
    }
}
