using System.Net;
using System.Net.Sockets;

namespace Containerize.Registries.Tests;

/// <summary>What a network does to a connection.</summary>
public enum FaultKind
{
    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>The connection ends as if the answer were whole.</summary>
    End,

    /// <summary>For a moment nothing gets through.</summary>
    Delay,

    /// <summary>Nothing gets through any more, and neither side hangs up.</summary>
    Stall,

    /// <summary>A byte arrives as another one.</summary>
    Corrupt,
}

/// <summary>Where it happens.</summary>
public enum FaultPlace
{
    /// <summary>When a connection is made.</summary>
    Connect,

    /// <summary>On the way to the server.</summary>
    Request,

    /// <summary>On the way back.</summary>
    Response,
}

/// <summary>One fault.</summary>
/// <param name="At">The number of the connection, or of the byte of all that goes that way, from 0.</param>
public sealed record Fault(FaultPlace Place, FaultKind Kind, long At);

/// <summary>A TCP proxy that does one thing wrong, once.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly Fault? _fault;
    private readonly int? _bytesPerSecond;
    private readonly Task _accepting;
    private readonly List<Task> _connections = [];
    private long _connected;
    private long _requested;
    private long _responded;

    /// <param name="target">Where the server listens.</param>
    /// <param name="fault">What goes wrong; null for nothing.</param>
    /// <param name="bytesPerSecond">How fast requests get through; null for as fast as can be.</param>
    public FaultProxy(string target, Fault? fault, int? bytesPerSecond = null)
    {
        _bytesPerSecond = bytesPerSecond;
        _target = IPEndPoint.Parse(target);
        _fault = fault;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Whether the fault has happened.</summary>
    public bool HasStruck { get; private set; }

    /// <summary>How often or how much there was of each place's measure.</summary>
    public long Count(FaultPlace place) =>
        place switch
        {
            FaultPlace.Connect => Interlocked.Read(ref _connected),
            FaultPlace.Request => Interlocked.Read(ref _requested),
            _ => Interlocked.Read(ref _responded),
        };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _connections.Add(
                    ServeAsync(
                        await _listener.AcceptTcpClientAsync(_stop.Token),
                        Interlocked.Increment(ref _connected) - 1
                    )
                );
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, long number)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                if (
                    _fault is { Place: FaultPlace.Connect } fault
                    && fault.At == number
                    && !await StrikeAsync(fault, client, Memory<byte>.Empty)
                )
                    return;
                await server.ConnectAsync(_target, _stop.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(
                    PumpAsync(client, server, FaultPlace.Request, client),
                    PumpAsync(server, client, FaultPlace.Response, client)
                );
                // The other way may still have something to say.
                await Task.Delay(20, _stop.Token);
            }
            catch (Exception exception)
                when (exception
                        is IOException
                            or SocketException
                            or OperationCanceledException
                            or ObjectDisposedException
                )
            {
                // One of the two hung up.
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, FaultPlace place, TcpClient client)
    {
        var buffer = new byte[16 * 1024];
        var debt = 0;
        while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            var end =
                place == FaultPlace.Request
                    ? Interlocked.Add(ref _requested, read)
                    : Interlocked.Add(ref _responded, read);
            var until =
                _fault is not null && _fault.Place == place && _fault.At >= end - read && _fault.At < end
                    ? (int)(_fault.At - (end - read))
                    : -1;
            if (until >= 0)
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, until), _stop.Token);
                if (!await StrikeAsync(_fault!, client, buffer.AsMemory(until, 1)))
                    return;
                await to.GetStream().WriteAsync(buffer.AsMemory(until, read - until), _stop.Token);
            }
            else
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
                // What waits here waits in the sockets' buffers too, so that the sender is held up soon.
                if (_bytesPerSecond is { } speed && place == FaultPlace.Request && (debt += read) >= speed / 20)
                {
                    await Task.Delay(TimeSpan.FromSeconds((double)debt / speed), _stop.Token);
                    debt = 0;
                }
            }
        }
    }

    // Whether it goes on afterwards.
    private async Task<bool> StrikeAsync(Fault fault, TcpClient client, Memory<byte> struck)
    {
        HasStruck = true;
        switch (fault.Kind)
        {
            case FaultKind.Delay:
                await Task.Delay(150, _stop.Token);
                return true;
            case FaultKind.Corrupt:
                if (!struck.IsEmpty)
                    struck.Span[0] ^= 0x15;
                return !struck.IsEmpty;
            case FaultKind.Stall:
                await Task.Delay(Timeout.Infinite, _stop.Token);
                return false;
            case FaultKind.Reset:
                client.LingerState = new LingerOption(true, 0);
                client.Client.Close();
                return false;
            default:
                return false;
        }
    }
}
