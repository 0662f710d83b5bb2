using Containerize.Attestations;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Attestations;

/// <summary>What of a restore is in a publish.</summary>
public sealed class ProjectComponentsTests : IDisposable
{
    private readonly RestoredProject _project = new();

    private ProjectComponents Components => ProjectComponents.Read(_project.Facts);

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Packages_with_published_files_and_projects_are_in_it_and_packages_of_the_build_are_not() =>
        Assert.Equal(
            [
                "app:App",
                "pkg:nuget/Odd%2BName@1.0.0",
                "pkg:nuget/Serilog.Sinks.Console@6.0.0",
                "pkg:nuget/Serilog@4.3.0",
                "project:Lib",
            ],
            Components.All.Select(component => component.Id)
        );

    [Fact]
    public void Edges_lead_through_a_package_without_files_and_know_no_case()
    {
        Assert.Equal(["pkg:nuget/Serilog.Sinks.Console@6.0.0", "project:Lib"], Components.App.Dependencies);
        Assert.Equal(["pkg:nuget/Odd%2BName@1.0.0", "pkg:nuget/Serilog@4.3.0"], Components.Find("Lib")!.Dependencies);
        Assert.Equal(["pkg:nuget/Serilog@4.3.0"], Components.Find("serilog.sinks.console")!.Dependencies);
    }

    [Fact]
    public void A_package_says_its_licence_its_makers_and_the_hash_of_its_file()
    {
        var serilog = Components.Find("Serilog")!;
        Assert.Equal("Apache-2.0", serilog.License!.Expression);
        Assert.Equal("Serilog Contributors", serilog.Supplier);
        Assert.Equal("© Serilog Contributors", serilog.Copyright);
        Assert.Equal(new ComponentHash("SHA512", RestoredProject.HashOf("Serilog", "4.3.0")), serilog.Hash);
    }

    [Fact]
    public void A_licence_is_an_expression_an_address_that_stands_for_one_or_a_text()
    {
        Assert.Equal("Apache-2.0", Components.Find("Serilog.Sinks.Console")!.License!.Expression);
        var odd = Components.Find("Odd+Name")!.License!;
        Assert.Matches(@"^LicenseRef-Odd-Name-1\.0\.0-[0-9a-f]{12}\z", odd.Expression!);
        Assert.Equal("Do as you like.\n", odd.Text);
        Assert.Equal(
            new(null, null, "https://example.com/license"),
            PackageLicense.OfAddress("https://example.com/license")
        );
        Assert.Null(PackageLicense.OfAddress("https://aka.ms/deprecateLicenseUrl"));
    }

    [Fact]
    public void A_native_program_has_every_package_with_assemblies_in_it()
    {
        var facts = _project.Facts with
        {
            Items = [new("App")],
            IsNativeAot = true,
            RuntimePacks =
            [
                new("Runtime.NativeAOT", "10.0.1", "Microsoft.NETCore.App", ""),
                new("AspNet", "10.0.1", "Microsoft.AspNetCore.App", ""),
            ],
        };
        var all = ProjectComponents.Read(facts).All;
        Assert.Equal(
            ["App", "Odd+Name", "Runtime.NativeAOT", "Serilog.Sinks.Console", "Serilog", "Lib"],
            all.Select(component => component.Name)
        );
        Assert.All(all.Skip(1), component => Assert.True(component.IsEmbedded));
    }

    [Fact]
    public void A_single_file_has_what_was_bundled_and_a_trimmed_publish_what_was_left()
    {
        var facts = _project.Facts with
        {
            Items = [new("App")],
            Bundled = [new("App.dll"), new("Serilog.dll") { PackageId = "Serilog", PackageVersion = "4.3.0" }],
        };
        Assert.Equal(["App", "Serilog", "Lib"], ProjectComponents.Read(facts).All.Select(component => component.Name));
        var trimmed = _project.Facts with
        {
            Items = [new("App.dll"), new("Serilog.dll") { PackageId = "Serilog", PackageVersion = "4.3.0" }],
        };
        Assert.Equal(
            ["App", "Serilog", "Lib"],
            ProjectComponents.Read(trimmed).All.Select(component => component.Name)
        );
    }

    [Fact]
    public void A_published_file_belongs_to_its_package_its_project_or_the_app()
    {
        Assert.Equal("Serilog", Components.OwnerOf("Serilog.dll").Name);
        Assert.Equal("Lib", Components.OwnerOf("Lib.pdb").Name);
        Assert.Equal("App", Components.OwnerOf("appsettings.json").Name);
    }

    [Fact]
    public void A_package_that_the_assets_file_does_not_name_is_listed_all_the_same()
    {
        var facts = _project.Facts with
        {
            AssetsFile = "",
            Items = [new("Odd.dll") { PackageId = "odd+name", PackageVersion = "1.0.0" }],
        };
        var odd = ProjectComponents.Read(facts).All[1];
        Assert.Equal("Odd+Name", odd.Name);
        Assert.NotNull(odd.Hash);
    }

    [Fact]
    public void A_damaged_assets_file_is_an_error_with_a_code()
    {
        File.WriteAllText(_project.AssetsFile, "{");
        var error = Assert.Throws<ContainerizeException>(() => Components);
        Assert.Equal(DiagnosticTable.AssetsFileUnreadable, error.Diagnostic);
    }
}
