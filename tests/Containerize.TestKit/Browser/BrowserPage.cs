using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;

namespace Containerize.TestKit.Browser;

/// <summary>A page in the browser: what it asks for and complains of is noted from its beginning.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly DevTools _tools;
    private readonly string _target;
    private readonly string _session;
    private TaskCompletionSource _loaded = new();

    private BrowserPage(DevTools tools, string target, string session)
    {
        (_tools, _target, _session) = (tools, target, session);
        _tools.Happened += Note;
    }

    /// <summary>Everything on the console, every exception and every refusal of the page's policy.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>The address of everything that was asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    internal static async Task<BrowserPage> AttachAsync(DevTools tools, string target, string session)
    {
        var page = new BrowserPage(tools, target, session);
        foreach (var domain in new[] { "Page", "Runtime", "Network", "Log" })
            await page.CallAsync($"{domain}.enable");
        // Keys go to the page that is in front.
        await tools.CallAsync("Target.activateTarget", new JsonObject { ["targetId"] = target });
        return page;
    }

    /// <summary>Opens an address and waits until it is loaded.</summary>
    public async Task GoToAsync(string address)
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = await CallAsync("Page.navigate", new JsonObject { ["url"] = address });
        // Another part of the same document is there at once, and nothing is loaded.
        if (answer["loaderId"] is null)
            return;
        await _loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>The value of an expression, awaited where it is a promise.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync(
            "Runtime.evaluate",
            new JsonObject
            {
                ["expression"] = expression,
                ["returnByValue"] = true,
                ["awaitPromise"] = true,
            }
        );
        Assert.True(answer["exceptionDetails"] is null, answer.ToJsonString());
        return answer["result"]!["value"]?.DeepClone();
    }

    /// <summary>Presses a key and lets it go, and waits until the page has drawn what follows.</summary>
    public async Task PressAsync(string key)
    {
        var code = key switch
        {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            _ => throw new ArgumentOutOfRangeException(nameof(key)),
        };
        foreach (var type in new[] { key == "Enter" ? "keyDown" : "rawKeyDown", "keyUp" })
        {
            var press = new JsonObject
            {
                ["type"] = type,
                ["key"] = key,
                ["code"] = key,
                ["windowsVirtualKeyCode"] = code,
            };
            if (type == "keyDown")
                press["text"] = "\r";
            await CallAsync("Input.dispatchKeyEvent", press);
        }

        await EvaluateAsync("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))");
    }

    /// <summary>Types a text into what has the focus.</summary>
    public Task TypeAsync(string text) => CallAsync("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>
    /// Shows the page as a reader's settings ask for: <c>light</c> or <c>dark</c>, and so many CSS pixels wide.
    /// </summary>
    public async Task ShowAsync(string scheme, int width)
    {
        var feature = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme };
        await CallAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(feature) });
        await CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject
            {
                ["width"] = width,
                ["height"] = 900,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );
    }

    /// <summary>Keeps a picture of the page from its top to its end, or of the first 4,000 pixels, as a file.</summary>
    /// <param name="path">The absolute path of a PNG.</param>
    public async Task PictureAsync(string path)
    {
        var size = await EvaluateAsync("[innerWidth, Math.min(4000, document.documentElement.scrollHeight)]");
        var clip = new JsonObject
        {
            ["x"] = 0,
            ["y"] = 0,
            ["width"] = size![0]!.DeepClone(),
            ["height"] = size[1]!.DeepClone(),
            ["scale"] = 1,
        };
        var answer = await CallAsync(
            "Page.captureScreenshot",
            new JsonObject { ["captureBeyondViewport"] = true, ["clip"] = clip }
        );
        await File.WriteAllBytesAsync(path, Convert.FromBase64String((string)answer["data"]!));
    }

    /// <summary>Switches scripts on or off for what is opened from here on.</summary>
    public Task LetScriptsRunAsync(bool doRun) =>
        CallAsync("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = !doRun });

    /// <summary>What axe finds that keeps people from reading the page: the rule, and where it is broken.</summary>
    public async Task<string[]> BarriersAsync()
    {
        await EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        var found = await EvaluateAsync(
            "axe.run().then(found => found.violations.map(rule => rule.id + ': ' + rule.nodes.map(node => "
                + "node.html + ' ' + node.failureSummary).join('; ')))"
        );
        return [.. found!.AsArray().Select(text => (string)text!)];
    }

    /// <summary>Closes the page.</summary>
    public async ValueTask DisposeAsync()
    {
        _tools.Happened -= Note;
        await _tools.CallAsync("Target.closeTarget", new JsonObject { ["targetId"] = _target });
    }

    private Task<JsonObject> CallAsync(string method, JsonObject? parameters = null) =>
        _tools.CallAsync(method, parameters, _session);

    private void Note(string? session, string name, JsonObject what)
    {
        if (session != _session)
            return;
        if (name == "Page.loadEventFired")
            _loaded.TrySetResult();
        else if (name == "Network.requestWillBeSent")
            Requests.Enqueue((string)what["request"]!["url"]!);
        else if (name is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded")
            Complaints.Enqueue(what.ToJsonString());
    }
}
