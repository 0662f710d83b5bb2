using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Build.Utilities;

namespace Containerize.Task.Tests;

/// <summary>The task of the target <c>Containerize</c>: MSBuild's values in, an image and MSBuild's values
/// out.</summary>
public sealed class BuildImageTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public void The_outputs_are_those_of_the_image()
    {
        using var task = _app.Task();
        Assert.True(task.Execute(), string.Join('\n', _app.Engine.Errors.Select(error => error.Message)));
        Assert.Equal(_app.Digest(), task.GeneratedDigest);
        Assert.Equal("application/vnd.oci.image.manifest.v1+json", task.GeneratedMediaType);
        Assert.Equal("scratch", task.GeneratedBase);
        Assert.Equal("docker.io/library/shop:latest", Assert.Single(task.GeneratedNames).ItemSpec);
        var container = Assert.Single(task.GeneratedContainers);
        Assert.Equal(_app.Digest(), container.GetMetadata("ManifestDigest"));
        Assert.Equal("linux/amd64", container.GetMetadata("Platform"));
        Assert.Equal(task.GeneratedConfiguration, container.GetMetadata("Configuration"));
        Assert.Equal("", task.GeneratedArchive);
    }

    [Fact]
    public void Packages_and_the_app_are_layers_of_their_own()
    {
        using var task = _app.Task();
        task.Execute();
        Assert.Equal(3, _app.Config()["rootfs"]!["diff_ids"]!.AsArray().Count);
        Assert.Equal(
            ["dependencies", "host", "app"],
            Regex
                .Matches(_app.Engine.Log, "^ +(dependencies|host|app) ", RegexOptions.Multiline)
                .Select(match => match.Groups[1].Value)
        );
    }

    [Fact]
    public void Two_folders_give_one_digest()
    {
        using var other = new PublishedApp();
        using var first = _app.Task();
        using var second = other.Task();
        Assert.True(first.Execute() && second.Execute());
        Assert.Equal(first.GeneratedDigest, second.GeneratedDigest);
    }

    [Fact]
    public void The_next_run_repeats_its_outputs_and_its_closing_message()
    {
        using var first = _app.Task();
        first.Execute();
        File.Delete(Path.Combine(_app.Published, "none"));
        using var second = _app.Task();
        Assert.True(second.Execute());
        Assert.Contains("nothing changed since the last run", _app.Engine.Log, StringComparison.Ordinal);
        Assert.Equal(first.GeneratedDigest, second.GeneratedDigest);
        Assert.Equal(first.GeneratedManifest, second.GeneratedManifest);
        Assert.Equal(
            first.GeneratedContainers[0].GetMetadata("Manifest"),
            second.GeneratedContainers[0].GetMetadata("Manifest")
        );
        Assert.Equal(
            2,
            _app.Engine.Messages.Count(message => message.Message!.StartsWith("shop -> ", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void A_changed_file_or_setting_or_a_lost_output_is_another_run()
    {
        using var first = _app.Task();
        first.Execute();
        _app.Write("shop.dll", "changed");
        using var second = _app.Task();
        second.Execute();
        Assert.NotEqual(first.GeneratedDigest, second.GeneratedDigest);
        using var third = _app.Task();
        third.User = "1000";
        third.Execute();
        Assert.NotEqual(second.GeneratedDigest, third.GeneratedDigest);
        Directory.Delete(_app.Layout, recursive: true);
        using var fourth = _app.Task();
        fourth.User = "1000";
        fourth.Execute();
        Assert.Equal(third.GeneratedDigest, _app.Digest());
        Assert.DoesNotContain("nothing changed", _app.Engine.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_become_the_config()
    {
        using var task = _app.Task();
        task.Environment = PublishedApp.Pairs(("MODE", "a=b"));
        task.Labels = PublishedApp.Pairs(("org.example.team", "shop"));
        task.Ports = [new TaskItem("8080"), new TaskItem("53", new Dictionary<string, string> { ["Type"] = "udp" })];
        task.Volumes = [new TaskItem("/data")];
        task.Annotations = PublishedApp.Pairs(("org.example.note", "kept"));
        task.User = "1000:1000";
        task.WorkingDirectory = "/srv";
        task.StopSignal = "SIGQUIT";
        task.HealthcheckCommand = "true";
        task.HealthcheckRetries = "3";
        Assert.True(task.Execute());
        Assert.Equal("kept", (string?)JsonNode.Parse(task.GeneratedManifest)!["annotations"]!["org.example.note"]);
        var config = _app.Config()["config"]!;
        Assert.Contains("MODE=a=b", config["Env"]!.AsArray().Select(one => (string?)one));
        Assert.Equal("shop", (string?)config["Labels"]!["org.example.team"]);
        Assert.Equal(["53/udp", "8080/tcp"], config["ExposedPorts"]!.AsObject().Select(port => port.Key).Order());
        Assert.Equal(["/data"], config["Volumes"]!.AsObject().Select(volume => volume.Key));
        Assert.Equal("1000:1000", (string?)config["User"]);
        Assert.Equal("/srv", (string?)config["WorkingDir"]);
        Assert.Equal("SIGQUIT", (string?)config["StopSignal"]);
        Assert.Equal(3, (int?)config["Healthcheck"]!["Retries"]);
    }

    [Fact]
    public void A_name_that_is_no_variable_s_is_left_out_with_a_warning()
    {
        using var task = _app.Task();
        task.Environment = PublishedApp.Pairs(("A=B", ""));
        Assert.True(task.Execute());
        var warning = Assert.Single(_app.Engine.Warnings);
        Assert.Equal("CTZ0052", warning.Code);
        Assert.Contains("Include=\"A\" Value=\"…\"", warning.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("A=B", _app.Config()["config"]!["Env"]?.ToJsonString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_run_repeats_warnings()
    {
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var task = _app.Task();
            task.Environment = PublishedApp.Pairs(("A=B", ""));
            task.Execute();
        }

        Assert.Equal(2, _app.Engine.Warnings.Count);
        Assert.Equal(_app.Engine.Warnings[0].Message, _app.Engine.Warnings[1].Message);
    }

    [Fact]
    public void A_cancelled_run_writes_nothing_and_is_no_error()
    {
        using var task = _app.Task();
        task.Cancel();
        Assert.False(task.Execute());
        Assert.Empty(_app.Engine.Errors);
        Assert.False(Directory.Exists(_app.Layout));
    }

    [Fact]
    public void A_plan_writes_nothing()
    {
        using var task = _app.Task();
        task.PlanOnly = true;
        task.ArchiveOutputPath = Path.Combine(_app.Folder, "image.tar");
        Assert.True(task.Execute());
        Assert.Contains("/app/Serilog.dll", _app.Engine.Log, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_app.Layout));
        Assert.False(File.Exists(task.ArchiveOutputPath));
    }

    [Fact]
    public void Documents_lie_beside_the_metadata()
    {
        using var task = _app.Task();
        task.MetadataPath = Path.Combine(_app.Folder, "out", "image.json");
        task.ReportPath = Path.Combine(_app.Folder, "out") + Path.DirectorySeparatorChar;
        task.Sbom = "spdx;cyclonedx";
        task.Provenance = "";
        Assert.True(task.Execute(), string.Join('\n', _app.Engine.Errors.Select(error => error.Message)));
        Assert.Equal(
            ["image.json", "shop.cdx.json", "shop.html", "shop.provenance.json", "shop.spdx.json"],
            Directory.GetFiles(Path.Combine(_app.Folder, "out")).Select(Path.GetFileName).Order()
        );
        Assert.Equal(_app.Digest(), (string?)JsonNode.Parse(File.ReadAllText(task.MetadataPath))!["digest"]);
        // What this run did with its layers.
        Assert.Contains(
            "<td class=\"short\">built, written</td>",
            File.ReadAllText(Path.Combine(_app.Folder, "out", "shop.html")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Each_project_of_a_solution_ends_with_one_line()
    {
        using var task = _app.Task();
        task.InSolution = true;
        task.Execute();
        Assert.Contains(_app.Digest(), task.ClosingLine, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', task.ClosingLine);
    }

    [Fact]
    public void A_file_of_an_earlier_publish_is_left_out()
    {
        _app.Write("old.txt", "old");
        using var first = _app.Task();
        first.PublishedFiles = [.. first.PublishedFiles, _app.Item("old.txt")];
        first.Execute();
        using var second = _app.Task();
        Assert.True(second.Execute());
        Assert.NotEqual(first.GeneratedDigest, second.GeneratedDigest);
        File.Delete(Path.Combine(_app.Published, "old.txt"));
        using var third = _app.Task();
        third.Execute();
        Assert.Equal(second.GeneratedDigest, third.GeneratedDigest);
    }
}
