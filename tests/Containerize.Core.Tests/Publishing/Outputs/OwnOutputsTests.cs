using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Publishing.Outputs;

namespace Containerize.Core.Tests.Publishing.Outputs;

/// <summary>What a run writes is no input: of this run it is refused, of earlier ones it is remembered.</summary>
public sealed class OwnOutputsTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private string List => _root["obj/containerize/outputs.txt"];

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("out/index.json", "ContainerOciLayoutPath")]
    [InlineData("out/blobs/sha256/00", "ContainerOciLayoutPath")]
    [InlineData("shop.tar", "ContainerArchiveOutputPath")]
    [InlineData("image.json", "ContainerMetadataPath")]
    [InlineData("page.html", "ContainerReportPath")]
    [InlineData("ctx/Dockerfile", "ContainerDockerfilePath")]
    [InlineData("pins.json", "ContainerLockFile")]
    public void An_input_that_the_run_writes_is_refused_with_the_setting_that_says_so(string input, string setting)
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            Outputs().RefuseAsInputs([_root["appsettings.json"], _root[input]])
        );
        Assert.Equal(DiagnosticTable.OutputIsInput, exception.Diagnostic);
        Assert.Contains(setting, exception.Message, StringComparison.Ordinal);
        Assert.Contains(_root[input], exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_lies_beside_an_output_is_an_input_like_any_other() =>
        Outputs()
            .RefuseAsInputs([
                _root["out/readme.json"],
                _root["outside.json"],
                _root["ctx.json"],
                _root["shop.tar.json"],
            ]);

    [Fact]
    public void Outputs_in_the_project_are_remembered_as_patterns_until_they_are_gone()
    {
        foreach (
            var file in new[]
            {
                "out/index.json",
                "out/oci-layout",
                "out/blobs/x",
                "shop.tar",
                "image.json",
                "page.html",
                "ctx/Dockerfile",
                "pins.json",
            }
        )
            Write(file);
        Outputs().Remember(List, _root.Root);
        string[] all =
        [
            "ctx/**",
            "image.json",
            "out/blobs/**",
            "out/index.json",
            "out/oci-layout",
            "page.html",
            "pins.json",
            "shop.tar",
        ];
        Assert.Equal(all, Remembered());

        Directory.Delete(_root["out"], recursive: true);
        OwnOutputs.Of(Destinations("", ""), _root["a;b*%.json"], "", "").Remember(List, _root.Root);
        Assert.Equal(
            ["a%3bb%2a%25.json", "bin/shop.tar", "ctx/**", "image.json", "page.html", "pins.json", "shop.tar"],
            Remembered()
        );

        Write("a;b*%.json");
        OwnOutputs
            .Of(Destinations(Path.Combine(_root.Root, "..", "elsewhere.tar"), ""), "", _root.Root, "")
            .Remember(List, _root.Root);
        Assert.Equal(["a%3bb%2a%25.json", "ctx/**", "image.json", "page.html", "pins.json", "shop.tar"], Remembered());
    }

    private OwnOutputs Outputs() =>
        OwnOutputs.Of(
            Destinations(_root["shop.tar"], _root["out"]),
            _root["image.json"],
            _root["ctx"],
            _root["pins.json"],
            report: _root["page.html"]
        );

    private Destinations Destinations(string archive, string layout) =>
        new()
        {
            Repository = "shop",
            Tags = ["latest"],
            Archive = archive,
            Layout = layout,
            DefaultFolder = _root["bin"],
            PublishPath = _root["bin/publish"],
        };

    private string[] Remembered() => File.ReadAllText(List).Split(";\n");

    private void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root[file])!);
        File.WriteAllText(_root[file], "");
    }
}
