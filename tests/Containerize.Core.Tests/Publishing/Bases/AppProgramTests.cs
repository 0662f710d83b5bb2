using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Bases;

/// <summary>The command of a container against the files that were published.</summary>
public sealed class AppProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("App.dll", "dotnet", "")]
    [InlineData("App", "self-contained", "")]
    [InlineData("App", "single file", "")]
    [InlineData("Other", "aot", "Other.dll")]
    public void A_command_whose_file_is_there_is_good(string file, string way, string target)
    {
        Write(file, Heads.Elf(62, Heads.Glibc));
        Assert.Equal(CLibrary.Glibc, CLibraries.Of(Check(Command(way, target))!));
    }

    [Theory]
    [InlineData("dotnet", "App", "/app/App.dll", "ContainerAppCommand Include=\"/app/App\"")]
    [InlineData("self-contained", "App.exe", "/app/App'", "a program for Windows")]
    [InlineData("self-contained", "App.dll", "/app/App'", "ContainerAppCommand Include=\"/app/App.dll\"")]
    [InlineData("aot", "Other", "/app/App'", "ContainerAppCommandInstruction")]
    [InlineData("dotnet", "wwwroot/_framework/dotnet.js", "/app/App.dll", "WebAssembly")]
    public void A_command_whose_file_is_not_there_is_an_error_with_what_to_write(
        string way,
        string file,
        string missing,
        string advice
    )
    {
        Write(file, []);
        var exception = Assert.Throws<ContainerizeException>(() => Check(Command(way, "")));
        Assert.Equal(DiagnosticTable.CommandMissing, exception.Diagnostic);
        Assert.Contains(missing, exception.Message, StringComparison.Ordinal);
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(183, Heads.Glibc, "arm64")]
    [InlineData(62, Heads.Musl, "musl")]
    public void A_program_for_another_platform_is_an_error(int machine, string loader, string named)
    {
        Write("App", Heads.Elf(machine, loader));
        var exception = Assert.Throws<ContainerizeException>(() => Check(Command("self-contained", "")));
        Assert.Equal(DiagnosticTable.ProgramUnfit, exception.Diagnostic);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_of_Windows_in_an_image_for_Linux_is_an_error_also_for_a_command_of_the_project_s_own()
    {
        Write("start", Heads.Pe(0x8664, isManaged: false));
        var exception = Assert.Throws<ContainerizeException>(() =>
            Check(new ContainerSettings { Command = new() { AppCommand = ["/app/start"] } })
        );
        Assert.Contains("Windows", exception.Message, StringComparison.Ordinal);
        Assert.Equal(DiagnosticTable.ProgramUnfit, exception.Diagnostic);
    }

    [Theory]
    [InlineData("/entry")]
    [InlineData("/app/of-the-base")]
    [InlineData("/app/./App")]
    [InlineData("sh")]
    public void A_command_of_the_project_s_own_may_start_what_the_base_has(string command)
    {
        Write("App.dll", []);
        Assert.Null(Check(new ContainerSettings { Command = new() { AppCommand = [command] } }));
    }

    [Fact]
    public void A_file_that_the_project_adds_is_there()
    {
        Write("Program.pdb", []);
        Assert.Null(
            Check(
                Command("dotnet", "") with
                {
                    Files = [new ExtraFile("/elsewhere/App.dll", ContainerPath.Parse("/app/App.dll"))],
                }
            )
        );
    }

    [Fact]
    public void A_program_of_a_Windows_image_has_its_extension()
    {
        Write("App.exe", Heads.Pe(0x8664, isManaged: false));
        var folder = new ContainerSettings
        {
            IsWindows = true,
            WorkingDirectory = ContainerSettings.ParsePath("/app", isWindows: true),
        };
        var settings = folder with
        {
            Command = CommandSettings.Default(folder, new("App", "App.dll") { IsSelfContained = true }),
        };
        Assert.Equal(
            "windows",
            AppProgram
                .Check(
                    PublishFolder.Read(_folder.Root, new HashSet<string>()),
                    settings,
                    new Platform("windows", "amd64"),
                    null
                )
                ?.Os
        );
    }

    private static ContainerSettings Command(string way, string target) =>
        new()
        {
            Command = CommandSettings.Default(
                new ContainerSettings(),
                new PublishedApp("App", target.Length > 0 ? target : "App.dll")
                {
                    IsSelfContained = way == "self-contained",
                    IsNativeAot = way == "aot",
                    IsSingleFile = way == "single file",
                }
            ),
        };

    private ProgramFile? Check(ContainerSettings settings) =>
        AppProgram.Check(
            PublishFolder.Read(_folder.Root, new HashSet<string>()),
            settings,
            new Platform("linux", "amd64"),
            CLibrary.Glibc
        );

    private void Write(string path, byte[] bytes)
    {
        var full = Path.Combine(_folder.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }
}
