using Containerize.Tasks;
using Microsoft.Build.Utilities;

namespace Containerize.Task.Tests;

/// <summary>What a project sets wrong is one coded error that names the property, and nothing is written.</summary>
public sealed class BadSettingTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    /// <summary>The property, its value, the code and what the message names.</summary>
    public static TheoryData<string, string, string, string> Texts { get; } =
        new()
        {
            { nameof(BuildImage.WorkingDirectory), "app", "CTZ0010", "ContainerWorkingDirectory" },
            { nameof(BuildImage.BaseImage), "a b", "CTZ0001", "a b" },
            { nameof(BuildImage.BaseImage), "oci:/does/not/exist", "CTZ0020", "/does/not/exist" },
            { nameof(BuildImage.BaseImage), "archive:/does/not/exist.tar", "CTZ0020", "/does/not/exist.tar" },
            { nameof(BuildImage.RuntimeIdentifier), "plan9-x64", "CTZ0042", "plan9-x64" },
            { nameof(BuildImage.ImageTag), "no tag", "CTZ0003", "no tag" },
            { nameof(BuildImage.ImageTags), "1.0;-x", "CTZ0003", "-x" },
            { nameof(BuildImage.ImageFormat), "tar", "CTZ0015", "ContainerImageFormat" },
            { nameof(BuildImage.Compression), "rar", "CTZ0015", "ContainerCompression" },
            { nameof(BuildImage.CompressionLevel), "99", "CTZ0015", "ContainerCompressionLevel" },
            { nameof(BuildImage.LastingCompression), "zstd:99", "CTZ0015", "ContainerLastingCompression" },
            { nameof(BuildImage.LayerBudget), "0", "CTZ0015", "ContainerLayerBudget" },
            { nameof(BuildImage.StopSignal), "SIGNOPE", "CTZ0015", "ContainerStopSignal" },
            { nameof(BuildImage.HealthcheckInterval), "soon", "CTZ0054", "soon" },
            { nameof(BuildImage.AppCommandInstruction), "Run", "CTZ0050", "ContainerAppCommandInstruction" },
            { nameof(BuildImage.Created), "yesterday", "CTZ0015", "ContainerCreated" },
            { nameof(BuildImage.SourceDateEpoch), "soon", "CTZ0015", "SOURCE_DATE_EPOCH" },
            { nameof(BuildImage.LocalRegistry), "Rocket", "CTZ0015", "Rocket" },
            { nameof(BuildImage.Registry), "127.0.0.1:99999", "CTZ0001", "127.0.0.1:99999" },
            { nameof(BuildImage.Sbom), "word", "CTZ0300", "word" },
            { nameof(BuildImage.Attestations), "maybe", "CTZ0302", "maybe" },
            { nameof(BuildImage.LockFile), "/does/not/exist.json", "CTZ0201", "/does/not/exist.json" },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text(string property, string value, string code, string named)
    {
        Assert.Equal([code], _app.CodesOf(task => typeof(BuildImage).GetProperty(property)!.SetValue(task, value)));
        Assert.Contains(named, _app.Engine.Errors[0].Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_app.Layout));
    }

    /// <summary>The property, the item, its metadata, the code and what the message names.</summary>
    public static TheoryData<string, string, string, string, string, string> Items { get; } =
        new()
        {
            { nameof(BuildImage.Ports), "0", "Type", "tcp", "CTZ0051", "0" },
            { nameof(BuildImage.Ports), "80/tcp/tcp", "", "", "CTZ0051", "80/tcp/tcp" },
            { nameof(BuildImage.Ports), "8080:80", "", "", "CTZ0051", "8080:80" },
            { nameof(BuildImage.Ports), "80", "Type", "sctp4", "CTZ0051", "sctp4" },
            { nameof(BuildImage.Volumes), "data", "", "", "CTZ0053", "data" },
            { nameof(BuildImage.Volumes), "/data", "Mode", "rwx", "CTZ0190", "rwx" },
            { nameof(BuildImage.Folders), "/data", "Owner", "a:b:c", "CTZ0280", "a:b:c" },
            {
                nameof(BuildImage.Files),
                "/x",
                "TargetPath",
                "../x",
                "CTZ0058",
                "ContainerFile '/x': TargetPath='../x'"
            },
            { nameof(BuildImage.AppCommand), "shop --port 80", "", "", "CTZ0391", "shop;…" },
            { nameof(BuildImage.Volumes), "/data:/data", "", "", "CTZ0053", "docker run -v" },
            { nameof(BuildImage.Files), "/does/not/exist", "TargetPath", "/etc/x", "CTZ0058", "/does/not/exist" },
            { nameof(BuildImage.Layers), "a b", "Files", "*", "CTZ0057", "a b" },
        };

    [Theory]
    [MemberData(nameof(Items))]
    public void An_item(string property, string item, string name, string value, string code, string named)
    {
        var metadata = name.Length > 0 ? new Dictionary<string, string> { [name] = value } : [];
        Assert.Equal(
            [code],
            _app.CodesOf(task =>
                typeof(BuildImage)
                    .GetProperty(property)!
                    .SetValue(task, new Microsoft.Build.Framework.ITaskItem[] { new TaskItem(item, metadata) })
            )
        );
        Assert.Contains(named, _app.Engine.Errors[0].Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_app.Layout));
    }

    [Fact]
    public void A_library() => Assert.Equal(["CTZ0005"], _app.CodesOf(task => task.ProjectCanRun = false));

    [Fact]
    public void An_empty_publish_folder()
    {
        foreach (var file in Directory.GetFiles(_app.Published))
            File.Delete(file);
        Assert.Equal(["CTZ0006"], _app.CodesOf(_ => { }));
    }

    [Fact]
    public void An_output_inside_the_publish_folder() =>
        Assert.Equal(["CTZ0008"], _app.CodesOf(task => task.OciLayoutPath = Path.Combine(_app.Published, "out")));

    [Fact]
    public void The_cache_inside_the_publish_folder() =>
        Assert.Equal(["CTZ0165"], _app.CodesOf(task => task.CacheDirectory = Path.Combine(_app.Published, "cache")));

    [Fact]
    public void Each_error_leads_to_its_page()
    {
        _app.CodesOf(task => task.ImageTag = "no tag");
        var error = Assert.Single(_app.Engine.Errors);
        Assert.EndsWith("docs/diagnostics/CTZ0003.md", error.HelpLink, StringComparison.Ordinal);
        Assert.EndsWith("shop.csproj", error.File, StringComparison.Ordinal);
    }
}
