using System.IO.Compression;
using System.Runtime.InteropServices;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>The tool's packages as files.</summary>
public sealed class PackageTests(ToolMachine machine)
{
    // What MSBuild loads in a publish: managed code in each package.
    private static readonly string[] Task =
    [
        "BouncyCastle.Cryptography.dll",
        "Containerize.Core.dll",
        "Containerize.Core.pdb",
        "Containerize.dll",
        "Containerize.pdb",
        "DotnetToolSettings.xml",
        "ICSharpCode.SharpZipLib.dll",
        "Microsoft.Extensions.FileSystemGlobbing.dll",
        "NuGet.Versioning.dll",
        "SharpCompress.dll",
        "Tomlyn.dll",
        "YamlDotNet.dll",
        "ZstdSharp.dll",
        "buildMultiTargeting/Containerize.targets",
        .. Directory
            .GetFiles(Path.Combine(TestFolder.Repository, "src/Containerize/build"), "*.targets")
            .Select(path => "build/" + Path.GetFileName(path)),
    ];

    private static readonly string[] Managed =
    [
        .. Task,
        "Containerize.Tool.deps.json",
        "Containerize.Tool.dll",
        "Containerize.Tool.pdb",
        "Containerize.Tool.runtimeconfig.json",
        "Spectre.Console.Ansi.dll",
        "Spectre.Console.dll",
        "System.CommandLine.dll",
    ];

    [Fact]
    public async Task The_package_for_any_machine_holds_exactly_these_files() => await AssertHoldsAsync("any", Managed);

    [Fact]
    public async Task The_package_for_this_machine_has_a_program_and_what_a_publish_loads() =>
        await AssertHoldsAsync(
            RuntimeInformation.RuntimeIdentifier,
            [.. (await machine.Tool).IsNative ? Task : Managed, "Containerize.Tool"]
        );

    [Fact]
    public async Task Native_code_is_in_the_package_for_this_machine()
    {
        Assert.True(await SizeAsync(RuntimeInformation.RuntimeIdentifier) > 1.5 * await SizeAsync("any"));

        async Task<long> SizeAsync(string platform)
        {
            using var package = await OpenAsync(platform);
            return package.Entries.Single(entry => entry.Name == "Containerize.Core.dll").Length;
        }
    }

    [Fact]
    public async Task The_installed_command_of_this_machine_needs_no_runtime_where_it_is_native()
    {
        var tool = await machine.Tool;
        var run = await new ShellCommand(tool.Program, ["--version"])
        {
            Environment = new Dictionary<string, string?> { ["DOTNET_ROOT"] = "/nowhere" },
        }.RunAsync();
        Assert.Equal(tool.IsNative, run.ExitCode == 0);
    }

    [Fact]
    public async Task The_native_program_lies_at_a_fixed_address_and_writes_no_tables_at_its_start()
    {
        var tool = await machine.Tool;
        Assert.SkipUnless(tool.IsNative && OperatingSystem.IsLinux(), "The program is that of an ELF system.");
        using var package = await OpenAsync(RuntimeInformation.RuntimeIdentifier);
        using var content = await package
            .Entries.Single(entry => entry.Name == "Containerize.Tool")
            .OpenAsync(TestContext.Current.CancellationToken);
        var head = new byte[18];
        await content.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
        // e_type of elf(5): ET_EXEC, where ET_DYN would be one that lies anywhere.
        Assert.Equal([2, 0], head[16..]);
    }

    private async Task AssertHoldsAsync(string platform, string[] expected)
    {
        using var package = await OpenAsync(platform);
        var names = package
            .Entries.Select(entry => entry.FullName)
            .Where(name =>
                !name.StartsWith("package/", StringComparison.Ordinal)
                && name is not ("[Content_Types].xml" or "_rels/.rels")
            )
            .ToList();
        // What needs no runtime is for any framework.
        var framework = platform != "any" && (await machine.Tool).IsNative ? "any" : "net10.0";
        var pages = names.Where(name => name.Contains("docs/", StringComparison.Ordinal)).ToList();
        Assert.Contains("tools/docs/diagnostics/CTZ0001.md", pages);
        Assert.Contains("docs/tool.md", pages);
        Assert.Contains("docs/settings/packages.md", pages);
        Assert.Equal(
            expected
                .Select(name => $"tools/{framework}/{platform}/{name}")
                .Append("README.md")
                .Append("icon.png")
                .Append("THIRD-PARTY-NOTICES.md")
                .Append($"Containerize.Tool.{platform}.nuspec")
                .Order(StringComparer.Ordinal),
            names.Except(pages).Order(StringComparer.Ordinal)
        );
    }

    private async Task<ZipArchive> OpenAsync(string platform)
    {
        var tool = await machine.Tool;
        return await ZipFile.OpenReadAsync(
            Path.Combine(tool.Feed, $"Containerize.Tool.{platform}.{tool.Version}.nupkg"),
            TestContext.Current.CancellationToken
        );
    }
}
