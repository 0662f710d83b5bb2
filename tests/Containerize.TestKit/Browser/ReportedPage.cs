using System.Globalization;

namespace Containerize.TestKit.Browser;

/// <summary>The page of an image as its readers have it: light, dark and narrow, and without scripts.</summary>
public static class ReportedPage
{
    private const string Texts =
        "[...document.querySelectorAll('h1, h2, h3, th, td, dt, dd, p, li, pre')]"
        + ".map(part => part.textContent).join('\\n').replace(/ \\((today|1 day ago|\\d+ days ago)\\)/g, '')";

    private static readonly (string Scheme, int Width)[] Views = [("light", 1200), ("dark", 1200), ("light", 360)];

    /// <summary>
    /// Opens a page in each way, keeps pictures in the folder <c>screenshots</c> beside the test program, and fails
    /// where a part is too wide, axe finds a barrier, the browser complains or asks for anything, or a text needs the
    /// script.
    /// </summary>
    /// <param name="browser">The browser.</param>
    /// <param name="file">The absolute path of the page.</param>
    /// <returns>The page, open.</returns>
    public static async Task<BrowserPage> ShowAsync(SharedBrowser browser, string file)
    {
        var (name, page) = (Path.GetFileNameWithoutExtension(file), await browser.OpenAsync());
        await page.LetScriptsRunAsync(false);
        await page.GoToAsync("file://" + file);
        var texts = (string?)await page.EvaluateAsync(Texts);
        await page.LetScriptsRunAsync(true);
        var pictures = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        foreach (var (scheme, width) in Views)
        {
            await page.ShowAsync(scheme, width);
            await page.GoToAsync("file://" + file);
            await page.PictureAsync(
                Path.Combine(pictures, string.Create(CultureInfo.InvariantCulture, $"{name}-{scheme}-{width}.png"))
            );
            Assert.True(
                (bool)(await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"))!,
                $"{name} at {width}"
            );
        }

        Assert.Equal(texts, (string?)await page.EvaluateAsync(Texts));
        Assert.Empty(await page.BarriersAsync());
        Assert.Empty(page.Complaints);
        Assert.All(page.Requests, request => Assert.Equal("file://" + file, request));
        return page;
    }
}
