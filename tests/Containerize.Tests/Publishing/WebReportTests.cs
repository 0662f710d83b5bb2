using Containerize.TestKit.Browser;

namespace Containerize.Tests.Publishing;

/// <summary>The page that a publish of HelloWeb writes, in a real browser.</summary>
[Collection(nameof(WebImage))]
public sealed class WebReportTests(WebImage web, SharedBrowser browser) : IClassFixture<SharedBrowser>
{
    [Fact]
    public async Task It_has_licences_and_the_fate_of_each_layer()
    {
        await using var page = await ReportedPage.ShowAsync(browser, web.Page);
        var rows = (string)
            (
                await page.EvaluateAsync(
                    "[...document.querySelectorAll('#packages tbody tr, #layers tbody tr')].map(row => "
                        + "[...row.cells].map(cell => cell.textContent).join('|')).join('\\n')"
                )
            )!;
        Assert.Matches("(?m)^Serilog\\|[0-9.]+\\|NuGet\\|Apache-2.0\\|", rows);
        Assert.Matches("(?m)^[0-9]+\\|app\\|app\\|(built|reused), ", rows);
    }
}
