using System.Collections.Immutable;
using System.Security;
using System.Text;

namespace Containerize.Tests.Projects;

/// <summary>
/// A project as a user has it, still a value: written into one folder or several, each time the same. Without
/// <see cref="Containerized"/> it does not know Containerize.
/// </summary>
public sealed record TestProject(string Name, string Sdk)
{
    private ImmutableList<string> Properties { get; init; } = [];

    private ImmutableList<string> Items { get; init; } = [];

    private ImmutableSortedDictionary<string, string> Files { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>A program that writes one line.</summary>
    public static TestProject Console(string name = "Hello") =>
        new TestProject(name, "Microsoft.NET.Sdk")
            .WithProperty("OutputType", "Exe")
            .WithFile("Program.cs", "System.Console.WriteLine(\"Hello from a container\");\n");

    /// <summary>A web application with one page of text and two static files.</summary>
    public static TestProject Web(string name = "Shop") =>
        new TestProject(name, "Microsoft.NET.Sdk.Web")
            .WithFile(
                "Program.cs",
                """
                var app = WebApplication.CreateBuilder(args).Build();
                app.MapStaticAssets();
                app.MapGet("/", () => "Hello from the web");
                app.Run();

                """
            )
            .WithFile("wwwroot/site.css", "body { color: black; background: white; margin: 0 auto; max-width: 40em }\n")
            .WithFile("wwwroot/img/dot.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"1\"/></svg>\n");

    /// <summary>A library with one class, <c>Greeting</c> in the namespace of its name.</summary>
    public static TestProject Library(string name) =>
        new TestProject(name, "Microsoft.NET.Sdk").WithFile(
            "Greeting.cs",
            $"namespace {name};\n\npublic static class Greeting\n{{\n    public static string Text => \"Hello\";\n}}\n"
        );

    /// <summary>Returns a copy with a property in the project file.</summary>
    public TestProject WithProperty(string name, string value) =>
        this with
        {
            Properties = Properties.Add($"<{name}>{SecurityElement.Escape(value)}</{name}>"),
        };

    /// <summary>Returns a copy with an item in the project file.</summary>
    /// <param name="metadata">Names with their values, written as attributes.</param>
    public TestProject WithItem(string kind, string include, params IEnumerable<(string Name, string Value)> metadata)
    {
        var attributes = metadata.Select(pair => $" {pair.Name}=\"{SecurityElement.Escape(pair.Value)}\"");
        return this with
        {
            Items = Items.Add($"<{kind} Include=\"{SecurityElement.Escape(include)}\"{string.Concat(attributes)} />"),
        };
    }

    /// <summary>Returns a copy that uses a NuGet package.</summary>
    public TestProject WithPackage(string id, string version) => WithItem("PackageReference", id, ("Version", version));

    /// <summary>Returns a copy that uses another project, which lies in a folder of its name beside this
    /// one's.</summary>
    public TestProject WithReference(TestProject other) =>
        WithItem("ProjectReference", $"../{other.Name}/{other.Name}.csproj");

    /// <summary>Returns a copy with the package under test, added as its documentation says.</summary>
    public TestProject Containerized(PackageFeed feed) =>
        WithItem("PackageReference", "Containerize", ("Version", feed.Version), ("PrivateAssets", "all"));

    /// <summary>Returns a copy with a text file, or with other text in one.</summary>
    public TestProject WithFile(string path, string content) => this with { Files = Files.SetItem(path, content) };

    /// <summary>Writes the project into a folder of its name.</summary>
    /// <param name="folder">The folder in which the project's folder is made.</param>
    /// <param name="lastFirst">Whether the files are made in the opposite order.</param>
    public WrittenProject WriteTo(string folder, PackageFeed feed, bool lastFirst = false)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, Name)).FullName;
        var files = Files.Add(Name + ".csproj", ProjectFile());
        foreach (var (path, content) in lastFirst ? files.Reverse() : files)
        {
            var file = Path.Combine(home, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content, new UTF8Encoding(false));
        }
        return new WrittenProject(home, Name, feed);
    }

    private string ProjectFile() =>
        $"""
            <Project Sdk="{Sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
                {string.Join("\n    ", Properties)}
              </PropertyGroup>
              <ItemGroup>
                {string.Join("\n    ", Items)}
              </ItemGroup>
            </Project>

            """;
}
