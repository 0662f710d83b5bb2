using System.Net;
using System.Net.Sockets;

namespace Containerize.Bench;

/// <summary>Stands between clients and a server on this machine and counts what goes over the wire.</summary>
internal sealed class CountingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private long _sent,
        _received,
        _blobs,
        _manifests;

    public CountingProxy(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The port that clients connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What went since the last call.</summary>
    public Traffic Take() =>
        new(
            Interlocked.Exchange(ref _sent, 0),
            Interlocked.Exchange(ref _received, 0),
            Interlocked.Exchange(ref _blobs, 0),
            Interlocked.Exchange(ref _manifests, 0)
        );

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptTcpClientAsync());
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var behind = new TcpClient())
        {
            await behind.ConnectAsync(IPAddress.Loopback, _server);
            var requests = new SentRequests();
            await Task.WhenAll(
                PumpAsync(
                    client.Client,
                    behind.Client,
                    bytes =>
                    {
                        var (blobs, manifests) = requests.Read(bytes);
                        Interlocked.Add(ref _sent, bytes.Length);
                        Interlocked.Add(ref _blobs, blobs);
                        Interlocked.Add(ref _manifests, manifests);
                    }
                ),
                PumpAsync(behind.Client, client.Client, bytes => Interlocked.Add(ref _received, bytes.Length))
            );
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Action<ReadOnlySpan<byte>> count)
    {
        var buffer = new byte[1 << 16];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0; )
            {
                count(buffer.AsSpan(0, read));
                for (var sent = 0; sent < read; )
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One side is gone; close the other.
            to.Close();
        }
    }
}
