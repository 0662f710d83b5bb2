namespace Containerize.Tests.Packages;

/// <summary>The closure of a package is apt's own, name by name and version by version.</summary>
public sealed class AptComparisonTests(Machine machine)
{
    [Fact]
    public async Task Upon_nothing_apt_would_install_the_same() =>
        await CompareAsync("amd64", "", MachinePackages.Names);

    [Fact]
    public async Task For_another_processor_apt_would_install_the_same() =>
        await CompareAsync("arm64", "", MachinePackages.Names.Where((_, i) => i % 4 == 0));

    // What a base image of the distribution has: the essential packages, apt, and what they need.
    [Fact]
    public async Task Upon_a_base_apt_would_install_the_same()
    {
        using var packages = new MachinePackages();
        await CompareAsync(
            "amd64",
            await packages.StatusAsync(
                "amd64",
                "apt",
                "base-files",
                "base-passwd",
                "bash",
                "coreutils",
                "dash",
                "debianutils",
                "diffutils",
                "findutils",
                "grep",
                "gzip",
                "hostname",
                "libc-bin",
                "login",
                "mount",
                "ncurses-base",
                "ncurses-bin",
                "openssl",
                "perl-base",
                "sed",
                "tar",
                "tzdata"
            ),
            MachinePackages.Names
        );
    }

    private async Task CompareAsync(string architecture, string status, IEnumerable<string> names)
    {
        var apt = new Apt(machine.Folder.Create("apt"), architecture);
        await apt.UpdateAsync();
        using var packages = new MachinePackages();
        var differences = new List<string>();
        foreach (var name in names)
        {
            var expected = await apt.SimulateAsync(status, name);
            Assert.NotNull(expected);
            var actual = await packages.ChooseAsync(architecture, status, name);
            differences.AddRange(expected.Except(actual).Select(missing => $"{name}: apt has {missing}"));
            differences.AddRange(actual.Except(expected).Select(extra => $"{name}: apt does not have {extra}"));
        }

        Assert.Empty(differences);
    }
}
