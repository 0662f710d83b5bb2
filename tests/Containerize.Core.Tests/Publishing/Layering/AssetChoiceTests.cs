using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;

namespace Containerize.Core.Tests.Publishing.Layering;

/// <summary>Which layer a static file lies in, by where the build has it from.</summary>
public sealed class AssetChoiceTests
{
    private const string Root = "/nuget";

    private static readonly StaticAsset[] Site =
    [
        Own("site.css", "/src/App/wwwroot/site.css"),
        Own("site.css.gz", "/src/App/obj/compressed/1.gz") with
        {
            RelatedTo = "/src/App/wwwroot/site.css",
        },
        new StaticAsset("wwwroot/App.styles.css")
        {
            Identity = "/src/App/obj/scopedcss/App.styles.css",
            SourceType = "Computed",
            Trait = "ScopedCss",
            Source = "App",
        },
        Own(
            "_framework/blazor.web.js",
            Root + "/microsoft.aspnetcore.app.internal.assets/10.0.12/_framework/blazor.web.js"
        ),
        Own("_framework/blazor.web.js.br", "/src/App/obj/compressed/2.br") with
        {
            RelatedTo = Root + "/microsoft.aspnetcore.app.internal.assets/10.0.12/_framework/blazor.web.js",
        },
        new StaticAsset("wwwroot/_content/Lib/lib.css")
        {
            Identity = "/elsewhere/lib.css",
            SourceType = "Package",
            Source = "Lib",
        },
    ];

    private static readonly StaticAsset[] Client =
    [
        Wasm("dotnet.native.abc.wasm", "/src/Client/bin/dotnet.native.abc.wasm", "native"),
        Wasm("dotnet.native.abc.wasm.gz", "/src/Client/obj/3.gz", "") with
        {
            Trait = "Content-Encoding",
            RelatedTo = "/src/Client/bin/dotnet.native.abc.wasm",
        },
        Wasm("blazor.webassembly.js", "/src/Client/bin/blazor.webassembly.js", "boot") with
        {
            Origin = Root + "/microsoft.aspnetcore.components.webassembly/10.0.12/build/blazor.webassembly.js",
        },
        Wasm("dotnet.def.js", "/src/Client/obj/publish.dotnet.js", "manifest"),
        Wasm("Client.ghi.wasm", "/src/Client/obj/webcil/Client.wasm", "runtime"),
        Wasm("Client.ghi.wasm.br", "/src/Client/obj/4.br", "") with
        {
            Trait = "Content-Encoding",
            RelatedTo = "/src/Client/obj/webcil/Client.wasm",
        },
        Wasm("Shared.jkl.wasm", "/src/Client/obj/webcil/Shared.wasm", "runtime"),
        Wasm("de/Shared.resources.mno.wasm", "/src/Client/obj/webcil/de/Shared.resources.wasm", "runtime"),
        Wasm("Package.pqr.wasm", "/src/Client/obj/webcil/Package.wasm", "runtime"),
        Wasm("System.Text.Json.stu.wasm", "/src/Client/obj/webcil/System.Text.Json.wasm", "runtime"),
    ];

    private static readonly PublishedItem[] Server =
    [
        new("Shared.dll"),
        new("Package.dll") { PackageId = "Package", PackageVersion = "1.0.0" },
    ];

    [Theory]
    [InlineData("site.css", "assets")]
    [InlineData("site.css.gz", "assets")]
    [InlineData("App.styles.css", "assets")]
    [InlineData("unknown.txt", "assets")]
    [InlineData("_framework/unknown.js", "assets")]
    [InlineData("_framework/blazor.web.js", "assets-dependencies")]
    [InlineData("_framework/blazor.web.js.br", "assets-dependencies")]
    [InlineData("_content/Lib/lib.css", "assets-dependencies")]
    public void Without_a_client_files_of_packages_lie_by_themselves(string path, string layer) =>
        Assert.Equal(layer, LayerOf(Site, path));

    [Theory]
    [InlineData("site.css", "assets")]
    [InlineData("App.styles.css", "client")]
    [InlineData("_framework/dotnet.native.abc.wasm", "assets-runtime")]
    [InlineData("_framework/dotnet.native.abc.wasm.gz", "assets-runtime")]
    [InlineData("_framework/blazor.webassembly.js", "assets-dependencies")]
    [InlineData("_framework/dotnet.def.js", "client")]
    [InlineData("_framework/unknown.js", "client")]
    [InlineData("unknown.txt", "assets")]
    [InlineData("_framework/Client.ghi.wasm", "client")]
    [InlineData("_framework/Client.ghi.wasm.br", "client")]
    [InlineData("_framework/Shared.jkl.wasm", "client")]
    [InlineData("_framework/de/Shared.resources.mno.wasm", "client")]
    [InlineData("_framework/Package.pqr.wasm", "assets-dependencies")]
    [InlineData("_framework/System.Text.Json.stu.wasm", "assets-dependencies")]
    public void A_client_is_split_into_its_runtime_what_it_uses_and_itself(string path, string layer) =>
        Assert.Equal(layer, LayerOf([.. Site, .. Client], path));

    [Fact]
    public void Another_fingerprint_moves_no_file()
    {
        StaticAsset[] again =
        [
            .. Client.Select(asset =>
                asset with
                {
                    RelativePath = asset
                        .RelativePath.Replace("abc", "xyz", StringComparison.Ordinal)
                        .Replace("stu", "xyz", StringComparison.Ordinal),
                }
            ),
        ];
        Assert.Equal("assets-runtime", LayerOf(again, "_framework/dotnet.native.xyz.wasm"));
        Assert.Equal("assets-dependencies", LayerOf(again, "_framework/System.Text.Json.xyz.wasm"));
    }

    [Fact]
    public void Assets_that_are_related_in_a_circle_end() =>
        Assert.Equal(
            "assets",
            LayerOf([Own("a", "/a") with { RelatedTo = "/b" }, Own("b", "/b") with { RelatedTo = "/a" }], "a")
        );

    private static string LayerOf(StaticAsset[] assets, string path) =>
        new AssetChoice(
            assets,
            PackageFolders.Of([Root]),
            name => Server.FirstOrDefault(item => item.RelativePath == name)
        )
            .ReasonOf("wwwroot/" + path)
            .Layer;

    private static StaticAsset Own(string path, string identity) =>
        new("wwwroot/" + path)
        {
            Identity = identity,
            SourceType = "Discovered",
            Source = "App",
        };

    private static StaticAsset Wasm(string path, string identity, string value) =>
        new("wwwroot/_framework/" + path)
        {
            Identity = identity,
            SourceType = "Project",
            Source = "Client",
            Trait = "WasmResource",
            TraitValue = value,
        };
}
