using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Layering;

public sealed class LayerPlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-publish-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_file_lies_in_the_layer_that_its_item_tells()
    {
        Touch("app.dll", "lib.dll", "stable.dll", "beta.dll", "libcoreclr.so", "wwwroot/site.css", "unnamed.txt");
        var plan = Plan(
            new("app.dll"),
            new("lib.dll"),
            new("unpublished.dll"),
            new("wwwroot/site.css"),
            new("stable.dll") { PackageId = "Stable", PackageVersion = "1.2.3" },
            new("beta.dll") { PackageId = "Beta", PackageVersion = "1.2.3-beta.1" },
            new("libcoreclr.so")
            {
                PackageId = "Microsoft.NETCore.App.Runtime.linux-x64",
                PackageVersion = "10.0.0-rc.1",
                IsRuntime = true,
            }
        );
        Assert.Equal(
            [
                "runtime: /app /app/libcoreclr.so",
                "dependencies: /app /app/stable.dll",
                "prerelease: /app /app/beta.dll",
                "assets: /app /app/wwwroot /app/wwwroot/site.css",
                "app: /app /app/app.dll /app/lib.dll /app/unnamed.txt",
            ],
            plan.Layers.Select(layer => $"{layer.Name}: {string.Join(' ', layer.Entries.Select(entry => entry.Path))}")
        );
    }

    [Theory]
    [InlineData("shop", "shop.dll", "host")]
    [InlineData("shop.exe", "shop.dll", "host")]
    [InlineData("my.shop", "my.shop.dll", "host")]
    [InlineData("tools/shop", "tools/shop.dll", "host")]
    [InlineData("shop", "other.dll", "app")]
    [InlineData("shop.exe", "shop.exe.config", "app")]
    [InlineData("shop.dll", "shop.dll.dll", "app")]
    [InlineData("shop", "tools/shop.dll", "app")]
    public void The_program_that_starts_an_assembly_lies_by_itself(string program, string beside, string layer)
    {
        Touch(program, beside);
        var plan = Plan(new PublishedItem(program), new(beside));
        Assert.Equal(
            layer,
            Assert
                .Single(plan.Layers, planned => planned.Entries.Any(entry => entry.Path.Text == "/app/" + program))
                .Name
        );
        Assert.Equal(
            "app",
            Assert
                .Single(plan.Layers, planned => planned.Entries.Any(entry => entry.Path.Text == "/app/" + beside))
                .Name
        );
    }

    [Fact]
    public void A_program_of_a_package_lies_with_its_package()
    {
        Touch("tool", "tool.dll");
        var package = new PublishedItem("") { PackageId = "Tool", PackageVersion = "1.0.0" };
        Assert.Equal(
            "dependencies",
            Assert
                .Single(Plan(package with { RelativePath = "tool" }, package with { RelativePath = "tool.dll" }).Layers)
                .Name
        );
    }

    [Fact]
    public void Only_the_working_directory_and_what_is_below_it_has_entries()
    {
        Touch("a/b/c.txt");
        Directory.CreateDirectory(Path.Combine(_folder, "empty/inner"));
        var plan = LayerPlan.Create(
            PublishFolder.Read(_folder, new HashSet<string>()),
            [],
            new ContainerSettings { WorkingDirectory = ContainerPath.Parse("/srv/my/app") }
        );
        Assert.Equal(
            "/srv/my/app /srv/my/app/a /srv/my/app/a/b /srv/my/app/a/b/c.txt /srv/my/app/empty /srv/my/app/empty/inner",
            string.Join(' ', plan.Layers.Single().Entries.Select(entry => entry.Path))
        );
    }

    [Theory]
    [InlineData("#!/bin/sh\n", 493)]
    [InlineData("\u007fELF", 493)]
    [InlineData("MZ", 420)]
    [InlineData("", 420)]
    public void The_mode_follows_from_the_content(string content, int mode)
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherExecute);
        Assert.Equal(mode, Plan().Layers.Single().Entries.Single(entry => entry.Kind == EntryKind.File).Mode);
    }

    [Fact]
    public void A_link_within_the_folder_stays_a_link()
    {
        Touch("lib/real.so", "x");
        Link("lib/link.so", "real.so");
        Link("dir", "lib");
        Link("deep", "dir/../lib/link.so");
        var plan = Plan();
        Assert.Empty(plan.DanglingLinks);
        Assert.Equal(
            "deep>dir/../lib/link.so dir>lib link.so>real.so",
            string.Join(
                ' ',
                plan.Layers.Single()
                    .Entries.Where(entry => entry.Kind == EntryKind.SymbolicLink)
                    .Select(entry => $"{entry.Path.Name}>{entry.LinkTarget}")
            )
        );
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("link")]
    [InlineData("sub/../nowhere")]
    public void A_link_to_nothing_is_kept_and_told(string target)
    {
        Touch("sub/x");
        Link("link", target);
        Assert.Equal(["link"], Plan().DanglingLinks);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/up/../../../outside")]
    public void A_link_out_of_the_folder_is_an_error(string target)
    {
        Touch("sub/x", "top/x");
        Link("sub/up", "../top");
        Link("link", target);
        Assert.Equal(DiagnosticTable.LinkLeavesFolder, Assert.Throws<ContainerizeException>(() => Plan()).Diagnostic);
    }

    [Fact]
    public void A_name_that_means_a_deletion_is_an_error()
    {
        Touch("sub/.wh.file");
        Assert.Equal(DiagnosticTable.WhiteoutName, Assert.Throws<ContainerizeException>(() => Plan()).Diagnostic);
    }

    [Fact]
    public void An_empty_folder_is_an_error()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "only/folders"));
        Assert.Equal(DiagnosticTable.PublishFolderEmpty, Assert.Throws<ContainerizeException>(() => Plan()).Diagnostic);
    }

    private LayerPlan Plan(params PublishedItem[] items) =>
        LayerPlan.Create(PublishFolder.Read(_folder, new HashSet<string>()), items, new ContainerSettings());

    private void Touch(params string[] names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_folder, name), target);
}
