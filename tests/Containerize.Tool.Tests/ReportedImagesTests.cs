using System.Formats.Tar;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tool.Tests.Browser;
using Deque.AxeCore.Commons;

namespace Containerize.Tool.Tests;

/// <summary>
/// Pages of large, hostile and foreign images and of several platforms in a real browser. Their pictures lie in the
/// folder <c>screenshots</c> beside the test program.
/// </summary>
public sealed class ReportedImagesTests(ToolMachine machine) : IAsyncLifetime
{
    private static readonly (string Scheme, int Width)[] Views = [("light", 1200), ("dark", 1200), ("light", 360)];

    private Chromium? _browser;

    public async ValueTask InitializeAsync() => _browser = await Chromium.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    [Fact]
    public async Task Ten_thousand_files_are_read_and_sorted()
    {
        var files = Enumerable
            .Range(0, 10_000)
            .Select(i => HandmadeImage.File($"usr/share/package-{i % 300}/file-{i}", new string('x', i % 97)));
        var page = await ShowAsync(
            "large",
            new HandmadeImage(
                [
                    [.. files],
                ],
                []
            )
        );
        Assert.Equal(10_000, (int?)await page.EvaluateAsync("document.querySelectorAll('.map td > code').length"));
        // The longest table is that of the folder with a folder for each package.
        await page.EvaluateAsync(
            "window.long = [...document.querySelectorAll('.map table')]"
                + ".reduce((a, b) => b.rows.length > a.rows.length ? b : a), 0"
        );
        Assert.Equal(["0", "1", "2"], await SortAsync());
        Assert.Equal(["299", "298", "297"], await SortAsync());

        async Task<IEnumerable<string>> SortAsync() =>
            (
                await page.EvaluateAsync(
                    "window.long.querySelector('th button').click(),"
                        + "[...window.long.tBodies[0].rows].slice(0, 3).map(row => row.cells[0].textContent)"
                )
            )!
                .AsArray()
                .Select(cell => ((string)cell!).Split('-')[^1]);
    }

    [Fact]
    public async Task Hostile_names_are_text_that_is_seen()
    {
        var path = string.Join('/', Enumerable.Repeat(new string('n', 255), 15)) + "/" + new string('n', 254);
        var page = await ShowAsync(
            "hostile",
            new HandmadeImage(
                [
                    [
                        Pax("<script>document.title='hit'<|script>.txt"),
                        Pax("\"quoted\" 'and' `ticked`"),
                        Pax("\u202egnp.exe\u2066\u200b"),
                        Pax(path),
                        HandmadeImage.File("app/plain", "a text that is long enough for a cell of the treemap"),
                    ],
                ],
                new JsonObject { ["User"] = "<b onclick=x>", ["Env"] = new JsonArray("MY_SECRET=do not show this") }
            )
        );
        var text = (string)(await page.EvaluateAsync("document.body.textContent"))!;
        Assert.Contains("<script>document.title='hit'", text, StringComparison.Ordinal);
        Assert.Contains("\"quoted\" 'and' `ticked`", text, StringComparison.Ordinal);
        Assert.Contains("\\u{202e}gnp.exe\\u{2066}\\u{200b}", text, StringComparison.Ordinal);
        Assert.Contains("/" + path, text, StringComparison.Ordinal);
        Assert.DoesNotContain("do not show this", text, StringComparison.Ordinal);
        Assert.NotEqual("hit", (string?)await page.EvaluateAsync("document.title"));
    }

    [Fact]
    public async Task Names_that_are_no_UTF_8_are_seen()
    {
        byte[] tar = [.. RawTar.Entry('0', "bad\u00ff\u00fename", [1]), .. RawTar.End];
        var page = await ShowAsync("bytes", new HandmadeImage([], []) { RawLayers = [tar] });
        Assert.Contains(
            "bad\ufffd\ufffdname",
            (string)(await page.EvaluateAsync("document.body.textContent"))!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Several_platforms_are_listed_and_the_first_is_shown()
    {
        var folder = machine.Folder.Create("platforms-page");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nCOPY Dockerfile /srv/\nENTRYPOINT [\"/srv/run\"]\n",
            TestContext.Current.CancellationToken
        );
        await machine.OutputAsync(
            "build",
            folder,
            "--platform",
            "linux/amd64,linux/arm64",
            "--output",
            $"oci:{folder}/out",
            "-t",
            "acme/several"
        );
        var page = await ShowAsync("platforms", $"oci:{folder}/out");
        Assert.Equal(
            ["linux/amd64", "linux/arm64"],
            (
                await page.EvaluateAsync(
                    "[...document.querySelectorAll('details tbody tr')].map(row => row.cells[0].textContent)"
                )
            )!
                .AsArray()
                .Select(cell => (string?)cell)
        );
    }

    [Fact]
    public async Task An_image_of_another_builder_is_named_by_its_instructions()
    {
        var page = await ShowAsync(
            "foreign",
            new HandmadeImage(
                [
                    [HandmadeImage.File("etc/os-release", "ID=debian\n")],
                    [HandmadeImage.File("srv/app", "app")],
                ],
                new JsonObject { ["Cmd"] = new JsonArray("/srv/app") }
            )
            {
                Document = new JsonObject
                {
                    ["history"] = new JsonArray(
                        new JsonObject { ["created_by"] = "/bin/sh -c #(nop) ADD file:1 in / " },
                        new JsonObject { ["created_by"] = "COPY app /srv/ # buildkit" }
                    ),
                },
            }
        );
        var text = (string)(await page.EvaluateAsync("document.querySelector('#layers').textContent"))!;
        Assert.Contains("add 0", text, StringComparison.Ordinal);
        Assert.Contains("copy 1", text, StringComparison.Ordinal);
    }

    private Task<BrowserPage> ShowAsync(string name, HandmadeImage image) =>
        ShowAsync(name, $"oci:{image.WriteTo(Path.Combine(machine.Folder.Create("image-" + name), "layout")).Folder}");

    private async Task<BrowserPage> ShowAsync(string name, string image)
    {
        var folder = machine.Folder.Create("page-" + name);
        await machine.OutputAsync("report", image, "-o", $"{folder}/{name}.html");
        return await ShowPageAsync(name, folder);
    }

    // Every page is shown in all views, and none of them has anything to complain of.
    private async Task<BrowserPage> ShowPageAsync(string name, string folder)
    {
        var page = await _browser!.OpenAsync();
        var pictures = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        foreach (var (scheme, width) in Views)
        {
            await page.ShowAsync(scheme, width);
            await page.GoToAsync($"file://{folder}/{name}.html");
            await page.PictureAsync(
                Path.Combine(pictures, string.Create(CultureInfo.InvariantCulture, $"{name}-{scheme}-{width}.png"))
            );
            Assert.True(
                (bool)(await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"))!,
                $"{name} at {width}"
            );
        }

        await page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        Assert.Empty(
            (await page.EvaluateAsync("axe.run().then(found => found.violations.map(rule => rule.id))"))!.AsArray()
        );
        Assert.Empty(page.Complaints);
        Assert.All(page.Requests, request => Assert.StartsWith($"file://{folder}/", request, StringComparison.Ordinal));
        return page;
    }

    private static PaxTarEntry Pax(string path) => new(TarEntryType.RegularFile, path);
}
