using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Containerize.TestKit.Servers;

namespace Containerize.Tests.Registries;

/// <summary>
/// Debian's docker-registry behind a port of its own. As soon as it has taken a manifest under a tag, it is ended by
/// its process id, and the port refuses connections from before the answer arrives.
/// </summary>
internal sealed class DyingRegistry : IAsyncDisposable
{
    private readonly string _folder;
    private readonly byte[] _fatal;
    private readonly int _port = Server.FreePort();
    private readonly CancellationTokenSource _stop = new();
    private TcpListener _listener = null!;
    private DockerRegistry _registry = null!;
    private CancellationTokenSource _life = null!;
    private Task _accepting = null!;

    private DyingRegistry(string folder, string fatal) => (_folder, _fatal) = (folder, Encoding.ASCII.GetBytes(fatal));

    /// <summary>Host and port, as image references name it.</summary>
    public string Address => $"127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether it has died.</summary>
    public bool IsDead { get; private set; }

    /// <summary>What it has answered since it was started last.</summary>
    public IReadOnlyList<RegistryRequest> Requests => _registry.Requests;

    /// <summary>Starts it.</summary>
    /// <param name="folder">An empty folder of its own.</param>
    /// <param name="repository">Whose manifest ends it.</param>
    /// <param name="tag">Under which tag.</param>
    public static async Task<DyingRegistry> StartAsync(string folder, string repository, string tag)
    {
        var registry = new DyingRegistry(folder, $"PUT /v2/{repository}/manifests/{tag} ");
        await registry.ReviveAsync();
        return registry;
    }

    /// <summary>Starts it again, with all that it had stored. It ends at the same request again.</summary>
    public async Task ReviveAsync()
    {
        _registry = await DockerRegistry.StartAsync(_folder);
        _life = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        IsDead = false;
        _accepting = AcceptAsync(_listener, _life.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await _registry.DisposeAsync();
        _life.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The port is closed.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPEndPoint.Parse(_registry.Address), cancellationToken);
                var isFatal = false;
                await Task.WhenAny(
                    PumpAsync(
                        client,
                        server,
                        bytes =>
                        {
                            isFatal |= bytes.Span.IndexOf(_fatal) >= 0;
                            return Task.CompletedTask;
                        },
                        cancellationToken
                    ),
                    PumpAsync(
                        server,
                        client,
                        bytes =>
                            isFatal && bytes.Span.StartsWith("HTTP/1.1 201"u8) ? DieAsync(client) : Task.CompletedTask,
                        cancellationToken
                    )
                );
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One of the two hung up.
            }
        }
    }

    // The other connections are reset; this one gets its answer, and then an end.
    private async Task DieAsync(TcpClient last)
    {
        IsDead = true;
        _listener.Stop();
        await _registry.DisposeAsync();
        last.LingerState = new LingerOption(true, 5);
    }

    private static async Task PumpAsync(
        TcpClient from,
        TcpClient to,
        Func<ReadOnlyMemory<byte>, Task> look,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await look(buffer.AsMemory(0, read));
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
