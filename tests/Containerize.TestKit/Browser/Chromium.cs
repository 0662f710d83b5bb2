using System.Text.Json.Nodes;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.TestKit.Browser;

/// <summary>Debian's Chromium without a window, driven by the protocol of its developer tools.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly Server _server;
    private readonly TestFolder _folder;
    private readonly DevTools _tools;

    private Chromium(Server server, TestFolder folder, DevTools tools) =>
        (_server, _folder, _tools) = (server, folder, tools);

    /// <summary>
    /// Starts it with an empty profile; its home is in the folder, too, so it needs none of the machine's.
    /// </summary>
    public static async Task<Chromium> StartAsync()
    {
        var folder = new TestFolder();
        var address = Path.Combine(folder.Path, "DevToolsActivePort");
        // Root starts it in CI, and a container has little shared memory.
        var server = await Server.StartAsync(
            () => Task.FromResult(File.Exists(address) && File.ReadAllLines(address).Length == 2),
            "env",
            $"HOME={folder.Path}",
            "chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
            $"--user-data-dir={folder.Path}",
            "about:blank"
        );
        var lines = await File.ReadAllLinesAsync(address);
        return new Chromium(
            server,
            folder,
            await DevTools.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"))
        );
    }

    /// <summary>Opens an empty page.</summary>
    public async Task<BrowserPage> OpenAsync()
    {
        var target = await _tools.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        var id = (string)target["targetId"]!;
        var attached = await _tools.CallAsync(
            "Target.attachToTarget",
            new JsonObject { ["targetId"] = id, ["flatten"] = true }
        );
        return await BrowserPage.AttachAsync(_tools, id, (string)attached["sessionId"]!);
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
