using System.Globalization;
using System.Security.Cryptography;
using Containerize.Entries;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Packages;

/// <summary>What is unpacked is what <c>dpkg-deb</c> unpacks: paths, kinds, modes, owners, targets and
/// content.</summary>
public sealed class DpkgComparisonTests(Machine machine)
{
    [Fact]
    public async Task A_package_is_unpacked_as_dpkg_unpacks_it()
    {
        using var packages = new MachinePackages();
        foreach (var name in MachinePackages.Names)
        {
            var deb = await packages.FetchAsync("amd64", name);
            var tree = machine.Folder.Create("tree");
            await Shell.RunAsync("dpkg-deb", "-x", deb, tree);
            using var layer = await packages.UnpackAsync("amd64", name);
            var ours = layer.Entries.ToDictionary(entry => entry.Path.Text, Describe, StringComparer.Ordinal);
            var theirs = await DescribeAsync(tree);
            Assert.NotEmpty(theirs);
            // What is beyond the package itself are the effects of scripts, the records, and folders above them.
            Assert.All(
                theirs,
                pair =>
                    Assert.Equal(
                        $"{name}{pair.Key} {pair.Value}",
                        $"{name}{pair.Key} {ours.GetValueOrDefault(pair.Key)}"
                    )
            );
            Directory.Delete(tree, recursive: true);
        }
    }

    private static string Describe(LayerEntry entry)
    {
        var mode = string.Create(
            CultureInfo.InvariantCulture,
            $"{Convert.ToString(entry.Mode, 8)} {entry.Uid}:{entry.Gid}"
        );
        return entry.Kind switch
        {
            EntryKind.Directory => $"d {mode}",
            EntryKind.SymbolicLink => $"l {entry.LinkTarget}",
            EntryKind.HardLink => $"f {mode} linked",
            _ => $"f {mode} {Hash(entry.Content!.Open())}",
        };
    }

    private static async Task<Dictionary<string, string>> DescribeAsync(string tree)
    {
        var found = await Shell.RunAsync("find", tree, "-mindepth", "1", "-printf", @"%P\t%y\t%m\t%U:%G\t%n\t%i\t%l\n");
        var rows = found.Output.Split('\n').Select(line => line.Split('\t')).Where(row => row.Length == 7).ToList();
        // Of several names of one file the first bears it in a layer.
        var first = rows.Where(row => row[1] == "f")
            .GroupBy(row => row[5], StringComparer.Ordinal)
            .Select(names => names.MinBy(row => "/" + row[0], StringComparer.Ordinal)![0])
            .ToHashSet(StringComparer.Ordinal);
        return rows.ToDictionary(
            row => "/" + row[0],
            row =>
                row[1] switch
                {
                    "d" => $"d {row[2]} {row[3]}",
                    "l" => $"l {row[6]}",
                    _ when !first.Contains(row[0]) => $"f {row[2]} {row[3]} linked",
                    _ => $"f {row[2]} {row[3]} {Hash(File.OpenRead(Path.Combine(tree, row[0])))}",
                },
            StringComparer.Ordinal
        );
    }

    private static string Hash(Stream stream)
    {
        using (stream)
            return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
