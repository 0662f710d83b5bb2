using System.Collections.Immutable;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Bases;

/// <summary>The first word of a command that the project names.</summary>
public sealed class CommandWordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CommandWordTests()
    {
        foreach (var name in new[] { "App", "App.dll", "My App" })
            File.WriteAllText(Path.Combine(_folder.Root, name), "");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dotnet App.dll", "Include=\"dotnet;…\"")]
    [InlineData("sh -c 'run'", "Include=\"sh;…\"")]
    [InlineData("App", "Include=\"/app/App\"")]
    [InlineData("App.dll", "Include=\"dotnet;/app/App.dll\"")]
    public void What_no_engine_finds_is_an_error_with_what_to_write(string word, string advice)
    {
        foreach (
            var (item, command) in new[]
            {
                ("ContainerAppCommand", new CommandSettings { AppCommand = [word, "x"] }),
                ("ContainerEntrypoint", new CommandSettings { Entrypoint = [word], AppCommand = ["dotnet"] }),
            }
        )
        {
            var error = Assert.Throws<ContainerizeException>(() => Check(command));
            Assert.Equal(DiagnosticTable.CommandOfOneWord, error.Diagnostic);
            Assert.StartsWith($"{item} is '{word}'", error.Message, StringComparison.Ordinal);
            Assert.Contains($"<{item} {advice}", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("dotnet")]
    [InlineData("sh", "-c", "dotnet App.dll")]
    [InlineData("/app/My App")]
    [InlineData("./App")]
    public void What_an_engine_may_find_is_not(params string[] words) =>
        Check(new CommandSettings { AppCommand = [.. words] });

    [Fact]
    public void A_published_file_is_found_where_PATH_has_the_working_directory() =>
        CommandWord.Check(
            PublishFolder.Read(_folder.Root, ImmutableHashSet<string>.Empty),
            new ContainerSettings
            {
                Command = new CommandSettings { AppCommand = ["App"] },
                Environment = [new("PATH", "/usr/bin:/app")],
            }
        );

    [Fact]
    public void A_file_that_the_project_adds_may_lie_in_PATH() =>
        CommandWord.Check(
            PublishFolder.Read(_folder.Root, ImmutableHashSet<string>.Empty),
            new ContainerSettings
            {
                Command = new CommandSettings { AppCommand = ["App"] },
                Files = [new ExtraFile("/elsewhere/App", ContainerPath.Parse("/usr/local/bin/App"))],
            }
        );

    // With an entrypoint the app's command is its arguments.
    [Fact]
    public void Arguments_are_any_text() =>
        Check(new CommandSettings { Entrypoint = ["/entry"], AppCommand = ["dotnet App.dll"] });

    private void Check(CommandSettings command) =>
        CommandWord.Check(
            PublishFolder.Read(_folder.Root, ImmutableHashSet<string>.Empty),
            new ContainerSettings { Command = command }
        );
}
