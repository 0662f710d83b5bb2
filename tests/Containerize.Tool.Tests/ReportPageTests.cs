using System.Formats.Tar;
using System.Text.Json.Nodes;
using Containerize.TestKit.Browser;
using Containerize.TestKit.Images;

namespace Containerize.Tool.Tests;

/// <summary>
/// The page of <c>containerize report</c> in a real browser: by keyboard, without scripts, and for those who cannot
/// see it.
/// </summary>
public sealed class ReportPageTests(ToolMachine machine, SharedBrowser browser) : IClassFixture<SharedBrowser>
{
    private const string Text = "a text that is long enough for a cell of the treemap, and a little longer";
    private const string Hostile = "</title></style><script>document.title='hit'</script>\" onfocus=x ";

    [Fact]
    public async Task Pages_are_read_without_a_request_a_complaint_or_a_barrier()
    {
        var folder = machine.Folder.Create("browser");
        var (shop, old, hostile) = (
            Write(folder, "shop", Shop("2.0.0")),
            Write(folder, "old", Shop("1.0.0")),
            Write(folder, "hostile", HostileImage())
        );
        await machine.OutputAsync("report", shop, "-o", $"{folder}/shop.html");
        await machine.OutputAsync("report", hostile, "-o", $"{folder}/hostile.html");
        await machine.OutputAsync("report", shop, old, "--against", old, "-o", $"{folder}/changes.html");
        await using var page = await browser.OpenAsync();
        foreach (
            var (name, scheme, width) in new[]
            {
                ("shop", "light", 1200),
                ("shop", "dark", 360),
                ("hostile", "dark", 1200),
                ("changes", "light", 360),
                ("changes", "dark", 1200),
            }
        )
        {
            await page.ShowAsync(scheme, width);
            await page.GoToAsync($"file://{folder}/{name}.html");
            Assert.Empty(page.Complaints);
            Assert.NotEqual("hit", (string?)await page.EvaluateAsync("document.title"));
            Assert.Equal(
                name == "hostile",
                (bool)(await page.EvaluateAsync("document.body.textContent.includes('<script>document.title')"))!
            );
            Assert.Empty(await page.BarriersAsync());
            await page.GoToAsync($"file://{folder}/{name}.html#layer-0");
            Assert.Empty(await page.BarriersAsync());
            // Wide tables scroll by themselves.
            Assert.True(
                (bool)(await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"))!,
                $"{name} at {width}"
            );
        }

        Assert.All(page.Requests, request => Assert.StartsWith($"file://{folder}/", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_treemap_and_the_tables_are_used_by_keyboard_alone()
    {
        var folder = machine.Folder.Create("keyboard");
        await machine.OutputAsync("report", Write(folder, "shop", Shop("1.0.0")), "-o", $"{folder}/shop.html");
        await using var page = await browser.OpenAsync();
        await page.ShowAsync("light", 1200);
        await page.GoToAsync($"file://{folder}/shop.html");
        await TabToAsync(page, "a.cell");
        var layer = (string?)await page.EvaluateAsync("document.activeElement.getAttribute('href')");
        await page.PressAsync("Enter");
        Assert.Equal(layer, (string?)await page.EvaluateAsync("location.hash"));
        Assert.Equal("H3", (string?)await page.EvaluateAsync("document.activeElement.tagName"));
        await TabToAsync(page, "a.cell");
        await page.PressAsync("Enter");
        Assert.StartsWith(layer + "-", (string?)await page.EvaluateAsync("location.hash"), StringComparison.Ordinal);
        await page.PressAsync("Escape");
        Assert.Equal(layer, (string?)await page.EvaluateAsync("location.hash"));
        await page.PressAsync("Escape");
        Assert.Equal("#map", (string?)await page.EvaluateAsync("location.hash"));
        Assert.Equal(layer, (string?)await page.EvaluateAsync("document.activeElement.getAttribute('href')"));
        await TabToAsync(page, "#packages input");
        await page.TypeAsync("zeta");
        Assert.Equal(["Zeta"], await PackagesAsync(page));
        await page.EvaluateAsync("document.activeElement.select()");
        await page.TypeAsync(" ");
        await TabToAsync(page, "#packages th button");
        await page.PressAsync("Enter");
        Assert.Equal(["Alpha", "Zeta"], await PackagesAsync(page));
        await page.PressAsync("Enter");
        Assert.Equal(["Zeta", "Alpha"], await PackagesAsync(page));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Without_scripts_the_treemap_opens_too_and_nothing_is_missing()
    {
        var folder = machine.Folder.Create("no-scripts");
        await machine.OutputAsync("report", Write(folder, "shop", Shop("1.0.0")), "-o", $"{folder}/shop.html");
        await using var page = await browser.OpenAsync();
        await page.LetScriptsRunAsync(false);
        await page.GoToAsync($"file://{folder}/shop.html");
        Assert.Equal(["map"], await MapsAsync(page));
        Assert.Equal(["Alpha", "Zeta"], (await PackagesAsync(page)).Order(StringComparer.Ordinal));
        Assert.Equal(0, (int?)await page.EvaluateAsync("document.querySelectorAll('button').length"));
        await page.GoToAsync($"file://{folder}/shop.html#layer-0-0");
        Assert.Equal(["layer-0-0"], await MapsAsync(page));
    }

    private static async Task TabToAsync(BrowserPage page, string selector)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            await page.PressAsync("Tab");
            if ((bool)(await page.EvaluateAsync($"document.activeElement.matches('{selector}')"))!)
                return;
        }

        Assert.Fail($"No key leads to {selector}.");
    }

    private static async Task<string[]> PackagesAsync(BrowserPage page) =>
        Texts(
            await page.EvaluateAsync(
                "[...document.querySelectorAll('#packages tbody tr')].filter(row => !row.hidden).map(row => "
                    + "row.cells[0].textContent)"
            )
        );

    private static async Task<string[]> MapsAsync(BrowserPage page) =>
        Texts(
            await page.EvaluateAsync(
                "[...document.querySelectorAll('.map')].filter(map => map.checkVisibility()).map(map => map.id)"
            )
        );

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(text => (string)text!)];

    private static string Write(string folder, string name, HandmadeImage image) =>
        $"oci:{image.WriteTo(Path.Combine(folder, name)).Folder}";

    private static HandmadeImage Shop(string version) =>
        new(
            [
                [File("usr/lib/a", Text), File("usr/lib/b", Text + version), File("etc/c", Text)],
                [
                    File("app/Alpha.dll", Text),
                    File("app/Zeta.dll", Text + version),
                    File(
                        "app/shop.deps.json",
                        """
                        {"runtimeTarget":{"name":"t"},
                         "targets":{"t":{
                           "Alpha/1.0.0":{"runtime":{"Alpha.dll":{}}},"Zeta/VERSION":{"runtime":{"Zeta.dll":{}}}}},
                         "libraries":{"Alpha/1.0.0":{"type":"package"},"Zeta/VERSION":{"type":"package"}}}
                        """.Replace("VERSION", version, StringComparison.Ordinal)
                    ),
                ],
            ],
            new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/usr/bin", "TOKEN=secret"),
                ["User"] = "app",
                ["Entrypoint"] = new JsonArray("/app/shop"),
            }
        );

    private static HandmadeImage HostileImage() =>
        new(
            [
                [
                    File(Hostile.Replace('/', '|') + "\u202egnp.exe", Text),
                    new PaxTarEntry(
                        TarEntryType.RegularFile,
                        string.Join('/', Enumerable.Repeat(new string('n', 200), 20))
                    ),
                    File("b", Text),
                ],
            ],
            new JsonObject
            {
                ["Env"] = new JsonArray("A=" + Hostile),
                ["User"] = Hostile,
                ["Labels"] = new JsonObject { [Hostile] = Hostile },
            }
        );

    private static TarEntry File(string path, string text) => HandmadeImage.File(path, text);
}
