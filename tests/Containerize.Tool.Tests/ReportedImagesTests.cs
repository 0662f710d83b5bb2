using System.Formats.Tar;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.TestKit.Browser;
using Containerize.TestKit.Images;

namespace Containerize.Tool.Tests;

/// <summary>
/// Pages of large, hostile and foreign images and of several platforms in a real browser. Their pictures lie in the
/// folder <c>screenshots</c> beside the test program.
/// </summary>
public sealed class ReportedImagesTests(ToolMachine machine, SharedBrowser browser) : IClassFixture<SharedBrowser>
{
    [Fact]
    public async Task Ten_thousand_files_are_read_and_sorted()
    {
        await using var page = await ShowAsync(
            "large",
            new HandmadeImage(
                [
                    [
                        .. Enumerable
                            .Range(0, 10_000)
                            .Select(i => HandmadeImage.File($"srv/folder-{i % 300}/{i}", new string('x', i % 97))),
                    ],
                ],
                []
            )
        );
        Assert.Equal(10_000, (int?)await page.EvaluateAsync("document.querySelectorAll('.map td > code').length"));
        // The parts of the layer: a row for each folder.
        var names = Enumerable.Range(0, 300).Select(i => $"/srv/folder-{i}").ToList();
        Assert.Equal(names, await SortAsync(0));
        Assert.Equal(names.AsEnumerable().Reverse(), await SortAsync(0));
        var bytes = (await SortAsync(2)).ConvertAll(text => long.Parse(text, CultureInfo.InvariantCulture));
        Assert.Equal(names.Count, bytes.Count);
        Assert.Equal(bytes.OrderDescending(), bytes);

        async Task<List<string>> SortAsync(int column) =>
            [
                .. (
                    await page.EvaluateAsync(
                        "(() => { const table = document.querySelector('#layer-0 table');"
                            + $"table.tHead.rows[0].cells[{column}].querySelector('button').click();"
                            + "return [...table.tBodies[0].rows].filter(row => row.querySelector('a'))"
                            + $".map(row => row.cells[{column}].dataset.value ?? row.cells[{column}].textContent) }})()"
                    )
                )!
                    .AsArray()
                    .Select(cell => (string)cell!),
            ];
    }

    [Fact]
    public async Task Hostile_names_are_text_that_is_seen()
    {
        var path = string.Join('/', Enumerable.Repeat(new string('n', 255), 15)) + "/" + new string('n', 254);
        await using var page = await ShowAsync(
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
        await using var page = await ShowAsync("bytes", new HandmadeImage([], []) { RawLayers = [tar] });
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
        await using var page = await ShowAsync("platforms", $"oci:{folder}/out");
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
        await using var page = await ShowAsync(
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
        return await ReportedPage.ShowAsync(browser, $"{folder}/{name}.html");
    }

    private static PaxTarEntry Pax(string path) => new(TarEntryType.RegularFile, path);
}
