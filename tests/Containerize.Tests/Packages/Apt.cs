using System.Text.RegularExpressions;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Packages;

/// <summary>apt with lists and a status file of its own, for an architecture that need not be the machine's.</summary>
/// <param name="folder">An empty folder of its own.</param>
/// <param name="architecture">The only architecture, as Debian calls it.</param>
public sealed partial class Apt(string folder, string architecture)
{
    /// <summary>Fetches the indexes of the machine's sources.</summary>
    public async Task UpdateAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(folder, "cache", "archives", "partial"));
        await Shell.RunAsync("apt-get", [.. Options(""), "update", "-qq"]);
    }

    /// <summary>What apt would install: <c>name=version</c>, sorted; null when it refuses.</summary>
    /// <param name="status">What is installed: the text of a status file.</param>
    public async Task<string[]?> SimulateAsync(string status, params IEnumerable<string> packages)
    {
        var path = Path.Combine(folder, "status");
        await File.WriteAllTextAsync(path, status);
        var result = await new ShellCommand(
            "apt-get",
            [.. Options(path), "-s", "install", "--no-install-recommends", .. packages]
        )
        {
            Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
        }.RunAsync();
        return result.ExitCode != 0
            ? null
            :
            [
                .. result
                    .Lines.Select(line => Installed().Match(line))
                    .Where(match => match.Success)
                    .Select(match => $"{match.Groups["name"]}={match.Groups["version"]}")
                    .Order(StringComparer.Ordinal),
            ];
    }

    private string[] Options(string status) =>
        [
            "-o",
            $"APT::Architecture={architecture}",
            "-o",
            $"APT::Architectures={architecture}",
            "-o",
            $"Dir::State::lists={folder}/lists",
            "-o",
            $"Dir::Cache={folder}/cache",
            "-o",
            "Dir::Cache::pkgcache=pkgcache.bin",
            "-o",
            "Dir::Cache::srcpkgcache=srcpkgcache.bin",
            "-o",
            $"Dir::State::status={(status.Length > 0 ? status : "/dev/null")}",
            "-o",
            "Dir::State::extended_states=/dev/null",
            "-o",
            "Debug::NoLocking=1",
            "-o",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        ];

    [GeneratedRegex(@"^Inst (?<name>[^ :]+)\S* (?:\[[^]]*\] )?\((?<version>\S+) ", RegexOptions.CultureInvariant)]
    private static partial Regex Installed();
}
