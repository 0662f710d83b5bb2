namespace Containerize.Tool.Tests;

/// <summary>Projects that know nothing of Containerize.</summary>
internal static class ShopSolution
{
    /// <summary>Writes the program Shop and the library Greetings that it refers to, each into a folder of its
    /// name.</summary>
    public static void WriteTo(string folder)
    {
        var library = Directory.CreateDirectory(Path.Combine(folder, "Greetings")).FullName;
        File.WriteAllText(Path.Combine(library, "Greetings.csproj"), Project("", ""));
        File.WriteAllText(
            Path.Combine(library, "Greeting.cs"),
            "namespace Greetings;\n\npublic static class Greeting\n{\n    public static string Text => \"Hello\";\n}\n"
        );
        WriteProgram(folder, "Shop", "<ProjectReference Include=\"../Greetings/Greetings.csproj\" />");
    }

    /// <summary>Writes a program of one line.</summary>
    public static void WriteProgram(string folder, string name, string items)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(home, name + ".csproj"), Project("<OutputType>Exe</OutputType>", items));
        File.WriteAllText(Path.Combine(home, "Program.cs"), "System.Console.WriteLine(\"Hello\");\n");
    }

    private static string Project(string properties, string items) =>
        $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <NuGetAudit>false</NuGetAudit>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
            </Project>

            """;
}
