using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Packages;

/// <summary>A base of packages for two processors, one of which this machine does not have, made twice as on two
/// machines.</summary>
public sealed class PackagesPlatformTests(Machine machine)
{
    [Fact]
    public async Task Each_processor_gets_its_own_packages_and_two_machines_the_same_digest()
    {
        var project = TestProject
            .Console("Both")
            .Containerized(await machine.Feed)
            .WithProperty("RuntimeIdentifiers", "linux-x64;linux-arm64")
            .WithProperty("ContainerRuntimeIdentifiers", "linux-x64;linux-arm64")
            .WithProperty("SelfContained", "true")
            .WithProperty("ContainerBaseImage", "packages")
            .WithItem("ContainerPackage", "libfontconfig1")
            .WriteTo(machine.Folder.Create("both"), await machine.Feed);
        var (one, metadata) = await PublishAsync(project);
        var (other, _) = await PublishAsync(
            project with
            {
                Settings = new PublishSettings
                {
                    Prefix = ["sh", "-c", "umask 077; exec \"$@\"", "sh", "taskset", "--cpu-list", "0"],
                    Environment = ImmutableDictionary<string, string?>
                        .Empty.Add("TZ", "Pacific/Kiritimati")
                        .Add("LANG", "tr_TR.UTF-8")
                        .Add("LC_ALL", "tr_TR.UTF-8"),
                },
            }
        );
        Assert.Equal(one.Digest(), other.Digest());
        foreach (var (architecture, machineOfElf) in new[] { ("amd64", 62), ("arm64", 183) })
        {
            Assert.Equal([machineOfElf], ElfMachines(await OnlyAsync(one, architecture)));
            var packages = metadata["platforms"]!
                .AsArray()
                .Single(platform => ((string)platform!["platform"]!).Contains(architecture, StringComparison.Ordinal))![
                "packages"
            ]!.AsArray();
            Assert.Contains(packages, package => (string)package!["name"]! == "libfontconfig1");
            Assert.Equal(
                ["all", architecture],
                packages.Select(package => (string)package!["architecture"]!).Distinct().Order(StringComparer.Ordinal)
            );
        }
    }

    private async Task<(OciLayout Layout, JsonNode Metadata)> PublishAsync(WrittenProject project)
    {
        var folder = machine.Folder.Create("machine");
        var (layout, metadata) = (new OciLayout(Path.Combine(folder, "layout")), Path.Combine(folder, "image.json"));
        (
            await project
                .With("ContainerCacheDirectory", Path.Combine(folder, "cache"))
                .With("ContainerOciLayoutPath", layout.Folder)
                .With("ContainerMetadataPath", metadata)
                .ContainerizeAsync()
        ).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        return (layout, MetadataSchema.AssertFits(metadata));
    }

    private async Task<OciLayout> OnlyAsync(OciLayout layout, string architecture)
    {
        var only = Path.Combine(machine.Folder.Create(architecture), "layout");
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--override-os",
            "linux",
            "--override-arch",
            architecture,
            $"oci:{layout.Folder}:latest",
            $"oci:{only}:latest"
        );
        return new OciLayout(only);
    }

    // ELF: e_machine, 2 bytes at 18; 62 is EM_X86_64, 183 is EM_AARCH64.
    private static List<int> ElfMachines(OciLayout layout)
    {
        var machines = new List<int>();
        foreach (var entry in layout.ReadLayer(layout.OwnDigests()["packages"]).Where(entry => entry.Length >= 20))
        {
            var head = new byte[20];
            entry.DataStream!.ReadExactly(head);
            if (head.AsSpan().StartsWith("\u007fELF"u8))
                machines.Add(head[18] + (head[19] << 8));
        }

        Assert.True(machines.Count > 15, $"There are {machines.Count} programs and libraries.");
        return [.. machines.Distinct()];
    }
}
