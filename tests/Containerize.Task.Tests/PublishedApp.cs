using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Containerize.Tasks;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Containerize.Task.Tests;

/// <summary>A publish folder as MSBuild leaves it, in a folder of its own that goes with it.</summary>
internal sealed class PublishedApp : IDisposable
{
    /// <summary>The full path of the folder that everything lies in.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("containerize-task-").FullName;

    /// <summary>The full path of the publish folder.</summary>
    public string Published => Path.Combine(Folder, "publish");

    /// <summary>The full path of the layout that <see cref="Task"/> writes.</summary>
    public string Layout => Path.Combine(Folder, "layout");

    public FakeBuildEngine Engine { get; } = new();

    public PublishedApp()
    {
        Directory.CreateDirectory(Published);
        Write("shop", "#!/bin/sh\n");
        Write("shop.dll", "assembly");
        Write("shop.runtimeconfig.json", "{}");
        Write("Serilog.dll", "dependency");
    }

    /// <summary>Writes a file of the publish folder.</summary>
    public void Write(string name, string text)
    {
        var path = Path.Combine(Published, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>The task with what the targets give it for a self-contained program on <c>scratch</c>.</summary>
    public BuildImage Task() =>
        new()
        {
            BuildEngine = Engine,
            ProjectCanRun = true,
            ProjectFile = Path.Combine(Folder, "shop.csproj"),
            PublishFolder = Published,
            IntermediateFolder = Path.Combine(Folder, "obj"),
            DefaultOutputFolder = Path.Combine(Folder, "bin"),
            CacheDirectory = Path.Combine(Folder, "cache"),
            HistoryFolder = Path.Combine(Folder, "obj", "history", "1"),
            AssemblyName = "shop",
            TargetFileName = "shop.dll",
            TargetFrameworkVersion = "v10.0",
            SdkVersion = "10.0.401",
            RuntimeIdentifier = "linux-x64",
            SelfContained = true,
            BaseImage = "scratch",
            OciLayoutPath = Layout,
            Sbom = "none",
            Provenance = "false",
            PublishedFiles =
            [
                Item("shop"),
                Item("shop.dll"),
                Item("shop.runtimeconfig.json"),
                Item("Serilog.dll", "Serilog"),
            ],
        };

    /// <summary>Runs the task with a property changed, and gives the codes of its errors.</summary>
    public IEnumerable<string> CodesOf(Action<BuildImage> change)
    {
        using var task = Task();
        change(task);
        task.Execute();
        return Engine.Codes;
    }

    /// <summary>The config of the image that the layout holds.</summary>
    public JsonNode Config() => Json(Json(Manifest())["config"]!["digest"]!);

    /// <summary>The digest of the one manifest of the layout.</summary>
    public string Digest() => (string)Manifest()!;

    /// <summary>A published file as an item of <c>ResolvedFileToPublish</c>.</summary>
    public TaskItem Item(string name, string package = "") =>
        new(
            Path.Combine(Published, name),
            new Dictionary<string, string>
            {
                ["RelativePath"] = name,
                ["NuGetPackageId"] = package,
                ["NuGetPackageVersion"] = package.Length > 0 ? "4.2.0" : "",
            }
        );

    /// <summary>Items with their <c>Value</c>.</summary>
    public static ITaskItem[] Pairs(params (string Name, string Value)[] pairs) =>
        [.. pairs.Select(pair => new TaskItem(pair.Name, new Dictionary<string, string> { ["Value"] = pair.Value }))];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private JsonNode Manifest() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Layout, "index.json")))!["manifests"]![0]!["digest"]!;

    private JsonNode Json(JsonNode digest) =>
        JsonNode.Parse(
            File.ReadAllText(Path.Combine(Layout, "blobs", "sha256", ((string)digest!)["sha256:".Length..]))
        )!;

    /// <summary>Writes a certificate of a key into the project, signed by itself.</summary>
    public void Certify(
        ECDsa key,
        string name = "signing.crt",
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature
    )
    {
        var request = new CertificateRequest("CN=release, O=Acme, S=WA, C=US", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        File.WriteAllText(Path.Combine(Folder, name), certificate.ExportCertificatePem());
    }
}
