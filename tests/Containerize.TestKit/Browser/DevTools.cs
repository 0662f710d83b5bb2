using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Browser;

/// <summary>A connection to the developer tools of a browser: calls with answers, and events between them.</summary>
public sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _waiting = [];
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Task _reading;
    private int _last;

    private DevTools(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>What happened: the session, the name of the event, and its parameters.</summary>
    public event Action<string?, string, JsonObject> Happened = (_, _, _) => { };

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Limit);
        return new DevTools(socket);
    }

    /// <summary>Calls a method and waits for its answer; an answer that is an error is a failed test.</summary>
    public async Task<JsonObject> CallAsync(string method, JsonObject? parameters = null, string? session = null)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _waiting[id] = new TaskCompletionSource<JsonObject>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        var call = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters ?? [],
        };
        if (session is not null)
            call["sessionId"] = session;
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(
                Encoding.UTF8.GetBytes(call.ToJsonString()),
                WebSocketMessageType.Text,
                true,
                CancellationToken.None
            );
        }
        finally
        {
            _sending.Release();
        }

        var json = await answer.Task.WaitAsync(Limit);
        Assert.True(json["error"] is null, $"{method}: {json.ToJsonString()}");
        return json["result"]!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                WebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                    message.Write(buffer, 0, part.Count);
                } while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                Take(JsonNode.Parse(message.ToArray())!.AsObject());
            }
        }
        catch (Exception exception)
            when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The browser has gone, or the tests have ended.
        }

        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(new IOException("The browser ended."));
    }

    private void Take(JsonObject message)
    {
        if ((int?)message["id"] is { } id)
        {
            if (_waiting.TryRemove(id, out var answer))
                answer.SetResult(message);
            return;
        }

        Happened((string?)message["sessionId"], (string)message["method"]!, message["params"]?.AsObject() ?? []);
    }
}
