using System.Security.Cryptography;
using System.Text;
using Containerize.Attestations;
using Containerize.Core.Tests.Stores;
using Containerize.Publishing.Files;

namespace Containerize.Core.Tests.Attestations;

/// <summary>A folder of packages and an assets file, as a restore leaves them.</summary>
internal sealed class RestoredProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RestoredProject()
    {
        Package("Serilog", "4.3.0", """<license type="expression">Apache-2.0</license>""", "Serilog Contributors");
        Package(
            "Serilog.Sinks.Console",
            "6.0.0",
            "<licenseUrl>https://licenses.nuget.org/Apache-2.0</licenseUrl>",
            "Serilog Contributors"
        );
        Package("Odd+Name", "1.0.0", """<license type="file">docs\LICENSE.txt</license>""", "Somebody");
        Directory.CreateDirectory(Path.Combine(Root, "odd+name/1.0.0/docs"));
        File.WriteAllText(Path.Combine(Root, "odd+name/1.0.0/docs/LICENSE.txt"), "Do as you like.\r\n");
        Package("Meta", "2.0.0", "<licenseUrl>https://example.com/license</licenseUrl>", "Somebody");
        Package("Analyzer", "9.0.0", "", "Somebody");
        File.WriteAllText(AssetsFile, Assets);
    }

    public string Root => _folder["packages"];

    public string AssetsFile => _folder["project.assets.json"];

    public string this[string name] => _folder[name];

    /// <summary>
    /// What the build says of a plain publish: the console sink comes with a library, and a package of names only.
    /// </summary>
    public PublishFacts Facts =>
        new("App")
        {
            Version = "1.2.3",
            Repository = "team/app",
            AssetsFile = AssetsFile,
            TargetFramework = "net10.0",
            Packages = PackageFolders.Of([Root]),
            Items =
            [
                new("App.dll"),
                new("App"),
                new("Lib.dll"),
                new("Lib.pdb"),
                new("Serilog.dll") { PackageId = "Serilog", PackageVersion = "4.3.0" },
                new("Serilog.Sinks.Console.dll") { PackageId = "Serilog.Sinks.Console", PackageVersion = "6.0.0" },
                new("Odd.dll") { PackageId = "Odd+Name", PackageVersion = "1.0.0" },
            ],
            Frameworks = ["Microsoft.NETCore.App"],
        };

    public static string HashOf(string id, string version) =>
        Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes($"{id} {version}")));

    public void Dispose() => _folder.Dispose();

    private void Package(string id, string version, string license, string authors)
    {
        var name = id.ToLowerInvariant();
        var folder = Directory.CreateDirectory(Path.Combine(Root, name, version)).FullName;
        File.WriteAllText(
            Path.Combine(folder, name + ".nuspec"),
            $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
              <id>{id}</id><version>{version}</version><authors>{authors}</authors>
              {license}<copyright>© {authors}</copyright>
            </metadata></package>
            """
        );
        File.WriteAllText(
            Path.Combine(folder, $"{name}.{version}.nupkg.sha512"),
            Convert.ToBase64String(SHA512.HashData(Encoding.UTF8.GetBytes($"{id} {version}")))
        );
    }

    private string Assets =>
        $$"""
            {
              "version": 3,
              "targets": {
                "net10.0": {
                  "Analyzer/9.0.0": { "type": "package" },
                  "Meta/2.0.0": { "type": "package", "dependencies": { "Odd+Name": "1.0.0" },
                    "runtime": { "lib/net10.0/_._": {} } },
                  "Odd+Name/1.0.0": { "type": "package", "runtime": { "lib/net10.0/Odd.dll": {} } },
                  "Serilog/4.3.0": { "type": "package", "runtime": { "lib/net10.0/Serilog.dll": {} } },
                  "Serilog.Sinks.Console/6.0.0": {
                    "type": "package", "dependencies": { "serilog": "4.0.0" },
                    "runtime": { "lib/net8.0/Serilog.Sinks.Console.dll": {} }
                  },
                  "Lib/2.1.0": {
                    "type": "project", "dependencies": { "Meta": "2.0.0", "Serilog": "4.3.0" },
                    "runtime": { "bin/placeholder/Lib.dll": {} }
                  }
                },
                "net10.0/linux-x64": {}
              },
              "libraries": {
                "Analyzer/9.0.0": { "type": "package", "path": "analyzer/9.0.0" },
                "Meta/2.0.0": { "type": "package", "path": "meta/2.0.0" },
                "Odd+Name/1.0.0": { "type": "package", "path": "odd+name/1.0.0" },
                "Serilog/4.3.0": { "type": "package", "path": "serilog/4.3.0" },
                "Serilog.Sinks.Console/6.0.0": { "type": "package", "path": "serilog.sinks.console/6.0.0" },
                "Lib/2.1.0": { "type": "project", "path": "../Lib/Lib.csproj" }
              },
              "projectFileDependencyGroups": { "net10.0": [
                "Analyzer >= 9.0.0", "Lib >= 2.1.0", "Serilog.Sinks.Console >= 6.0.0" ] },
              "packageFolders": { "{{Root.Replace("\\", "\\\\", StringComparison.Ordinal)}}": {} }
            }
            """;
}
