namespace Containerize.TestKit.Browser;

/// <summary>One browser for all tests of a class or a group.</summary>
public sealed class SharedBrowser : IAsyncLifetime
{
    private Chromium? _browser;

    /// <summary>Opens an empty page.</summary>
    public Task<BrowserPage> OpenAsync() => _browser!.OpenAsync();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _browser = await Chromium.StartAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }
}
