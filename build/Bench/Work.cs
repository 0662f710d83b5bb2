namespace Containerize.Bench;

/// <summary>What is published.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Base">The base image that fits it, below <c>base/</c> in the registry.</param>
/// <param name="Options">Properties of every publish of it.</param>
/// <param name="Write">Writes its source into a folder.</param>
internal sealed record Work(string Name, string Base, string[] Options, Action<string> Write)
{
    private const string Line = "// line 0";

    /// <summary>The project or solution, below its folder.</summary>
    public string Project { get; init; } = "App";

    /// <summary>The names of its images; one, unless it is a solution.</summary>
    public string[] Images { get; init; } = [""];

    /// <summary>How often it is published in each way at most: what takes minutes and is measured for its memory or its
    /// bytes, once.</summary>
    public int MostRounds { get; init; } = int.MaxValue;

    /// <summary>What is measured of it.</summary>
    public string[] Scenarios { get; init; } = ["first", "unchanged", "one line", "fresh machine"];

    /// <summary>The ways to make images of it for a place. A Dockerfile takes long, and stands beside one
    /// work.</summary>
    public string[] Ways(string sink) =>
        Name == "self-contained" && sink == "push" ? ["sdk", "buildah", "ours"] : ["sdk", "ours"];

    /// <summary>Where images go to.</summary>
    public string[] Sinks { get; init; } = ["tarball", "push"];

    /// <summary>Changes a line of code to something that it never was.</summary>
    public static void Change(string folder, int number)
    {
        foreach (var file in Directory.GetFiles(folder, "Program.cs", SearchOption.AllDirectories).Take(1))
            File.AppendAllText(
                file,
                FormattableString.Invariant(
                    $"internal static class Line{number} {{ public const string Text = \"{Line}{number}\"; }}\n"
                )
            );
    }

    /// <summary>All of them.</summary>
    public static IEnumerable<Work> All(string samples, string shared)
    {
        string[] selfContained = ["-p:RuntimeIdentifier=linux-x64", "-p:SelfContained=true"];
        yield return new("framework-dependent", "aspnet", [], folder => CopySample(samples, folder))
        {
            Project = "HelloWeb",
        };
        yield return new("self-contained", "runtime-deps", selfContained, folder => CopySample(samples, folder))
        {
            Project = "HelloWeb",
        };
        foreach (var (name, files) in new[] { ("300 files", 300), ("10,000 files", 10_000) })
        {
            yield return new(
                name,
                "aspnet",
                [],
                folder =>
                    WriteWithFiles(
                        folder,
                        Small(Path.Combine(shared, name.Replace(",", "", StringComparison.Ordinal)), files)
                    )
            )
            {
                Scenarios = ["first", "unchanged"],
                Sinks = ["tarball"],
            };
        }

        yield return new("2 GB", "aspnet", [], folder => WriteWithFiles(folder, Large(Path.Combine(shared, "large"))))
        {
            MostRounds = 1,
            Scenarios = ["first"],
            Sinks = ["tarball"],
        };
        yield return new("20 services", "aspnet", [], WriteServices)
        {
            MostRounds = 1,
            Project = "All.sln",
            Images = [.. Enumerable.Range(1, 20).Select(number => FormattableString.Invariant($"service{number}"))],
            Scenarios = ["first", "unchanged", "one line"],
            Sinks = ["push"],
        };
    }

    private static void CopySample(string samples, string folder)
    {
        foreach (var project in new[] { "HelloWeb", "HelloWeb.Greetings" })
        {
            foreach (var file in Directory.GetFiles(Path.Combine(samples, project), "*", SearchOption.AllDirectories))
            {
                var below = Path.GetRelativePath(samples, file);
                if (below.Split('/').Intersect(["bin", "obj"]).Any())
                    continue;
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, below))!);
                File.Copy(file, Path.Combine(folder, below));
            }
        }
    }

    private static void WriteWithFiles(string folder, string files) =>
        WriteProject(
            folder,
            "App",
            $"""
            <ItemGroup>
              <None Include="{files}/**" LinkBase="data"
                    CopyToPublishDirectory="PreserveNewest" CopyToOutputDirectory="Never" />
            </ItemGroup>
            """
        );

    private static void WriteServices(string folder)
    {
        var names = Enumerable.Range(1, 20).Select(number => FormattableString.Invariant($"Service{number}")).ToArray();
        foreach (var name in names)
            WriteProject(
                folder,
                name,
                """
                <ItemGroup>
                  <PackageReference Include="Serilog.AspNetCore" Version="10.0.0" />
                  <PackageReference Include="FluentValidation" Version="12.2.0" />
                  <PackageReference Include="Markdig" Version="1.6.0" />
                  <PackageReference Include="NodaTime" Version="3.3.7" />
                </ItemGroup>
                """,
                "Microsoft.NET.Sdk.Web"
            );
        Shell.Run(folder, "dotnet", "new", "sln", "--name", "All", "--format", "sln");
        Shell.Run(folder, ["dotnet", "sln", "All.sln", "add", .. names]);
    }

    private static void WriteProject(string folder, string name, string items, string sdk = "Microsoft.NET.Sdk")
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        File.WriteAllText(
            Path.Combine(folder, name, name + ".csproj"),
            $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ContainerRepository Condition="'$(ContainerRepository)' == ''"
                  >bench/$(BenchRun){name.ToLowerInvariant()}</ContainerRepository>
              </PropertyGroup>
              {items}
            </Project>
            """
        );
        File.WriteAllText(Path.Combine(folder, name, "Program.cs"), $"System.Console.WriteLine(\"{name}\");\n");
    }

    private static string Small(string folder, int files) => Fill(folder, files, 2_000);

    private static string Large(string folder) => Fill(folder, 16, 128 * 1024 * 1024);

    // Text that compresses about as well as assemblies do: half of each piece is random.
    private static string Fill(string folder, int count, int size)
    {
        if (Directory.Exists(folder))
            return folder;
        var random = new Random(7);
        var piece = new byte[4096];
        for (var i = 0; i < count; i++)
        {
            var path = Path.Combine(
                folder,
                FormattableString.Invariant($"{i % 100}"),
                FormattableString.Invariant($"file{i}.bin")
            );
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = File.Create(path);
            for (var left = size; left > 0; left -= piece.Length)
            {
                random.NextBytes(piece.AsSpan(0, piece.Length / 2));
                file.Write(piece.AsSpan(0, Math.Min(left, piece.Length)));
            }
        }

        return folder;
    }
}
