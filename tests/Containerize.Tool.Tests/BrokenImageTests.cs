using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>
/// The corpus of broken images, with <c>umoci unpack</c> and <c>docker load</c> as judges: what one of them refuses,
/// <c>containerize verify</c> refuses.
/// </summary>
public sealed class BrokenImageTests(ToolMachine machine)
{
    [Fact]
    public async Task What_umoci_or_Docker_refuses_is_refused()
    {
        var folder = machine.Folder.Create("broken");
        await using var engine = await DockerEngine.StartAsync(machine.Folder.Create("bd"));
        var (disagreements, refused) = (new List<string>(), 0);
        foreach (var (image, i) in BrokenImages.All.Select((image, i) => (image, i)))
        {
            var layout = Path.Combine(folder, $"{i}");
            image.WriteTo(layout);
            var umoci = await new ShellCommand(
                "umoci",
                ["unpack", "--image", $"{layout}:x", Path.Combine(folder, $"{i}-bundle")]
            ).RunAsync();
            await Shell.RunAsync(
                "tar",
                "-C",
                layout,
                "-cf",
                layout + ".tar",
                "oci-layout",
                "index.json",
                "manifest.json",
                "blobs"
            );
            var docker = await engine.Command("load", "--input", layout + ".tar").RunAsync();
            var verdict = await machine.RunAsync("verify", $"oci:{layout}:x");
            var peersRefuse = umoci.ExitCode != 0 || docker.ExitCode != 0;
            refused += peersRefuse ? 1 : 0;
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{image.Name}: verify {verdict.ExitCode}, umoci {umoci.ExitCode}, docker load {docker.ExitCode}"
            );
            if (
                verdict.ExitCode is not (0 or 1)
                || (peersRefuse && verdict.ExitCode == 0)
                || (image.Violation is null) != (verdict.ExitCode == 0)
            )
                disagreements.Add(
                    $"{image.Name}: verify {verdict.ExitCode}, umoci {umoci.ExitCode} {umoci.Error}, docker "
                        + $"{docker.ExitCode} {docker.Error}"
                );
            Directory.Delete(layout, recursive: true);
        }

        Assert.Empty(disagreements);
        Assert.True(refused > 30, $"the judges refuse only {refused}");
    }
}
