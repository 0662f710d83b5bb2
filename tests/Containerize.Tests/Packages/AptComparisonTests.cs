namespace Containerize.Tests.Packages;

/// <summary>The closure of a package is apt's own, name by name and version by version.</summary>
public sealed class AptComparisonTests(Machine machine)
{
    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public async Task Upon_nothing_apt_would_install_the_same(string architecture) => await CompareAsync(architecture, "");

    [Fact]
    public async Task Upon_this_machine_apt_would_install_the_same() =>
        await CompareAsync("amd64", await File.ReadAllTextAsync("/var/lib/dpkg/status", TestContext.Current.CancellationToken));

    private async Task CompareAsync(string architecture, string status)
    {
        var apt = new Apt(machine.Folder.Create("apt"), architecture);
        await apt.UpdateAsync();
        using var packages = new MachinePackages();
        var differences = new List<string>();
        foreach (var name in MachinePackages.Names)
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
