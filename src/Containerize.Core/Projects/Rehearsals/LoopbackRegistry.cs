using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Containerize.Projects.Rehearsals;

/// <summary>
/// A registry on this machine's loopback that takes whatever is pushed and keeps nothing, for a rehearsal. It speaks as
/// much of HTTP/1.1 as our client sends: bodies with a length, one request after the other.
/// </summary>
internal sealed class LoopbackRegistry : IDisposable
{
    private const int LongestHead = 1 << 14;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop;

    /// <summary>Begins to listen.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SocketException">The machine does not let this process listen.</exception>
    public LoopbackRegistry(CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _listener.Start();
        Name = _listener.LocalEndpoint.ToString()!;
        _ = AcceptAsync(_stop.Token);
    }

    /// <summary>The name of the registry in references: its address and port.</summary>
    public string Name { get; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
                _ = AnswerAsync(
                    await _listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false),
                    cancellationToken
                );
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The rehearsal is over.
        }
    }

    private static async Task AnswerAsync(TcpClient connection, CancellationToken cancellationToken)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                while (await ReadHeadAsync(stream, cancellationToken).ConfigureAwait(false) is { } head)
                {
                    var words = head.Split(' ', 3);
                    var body = Length(head);
                    if (head.Contains("\r\nExpect:", StringComparison.OrdinalIgnoreCase))
                        await WriteAsync(stream, "HTTP/1.1 100 Continue\r\n\r\n", cancellationToken)
                            .ConfigureAwait(false);
                    await DrainAsync(stream, body, cancellationToken).ConfigureAwait(false);
                    await WriteAsync(stream, Answer(words[0], words[1]), cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The client has gone, or the rehearsal is over.
            }
        }
    }

    // distribution-spec, "Pushing blobs" and "Pushing Manifests"; of what is asked for there is nothing.
    private static string Answer(string method, string path) =>
        (method, path) switch
        {
            ("GET", "/v2/") => Head("200 OK"),
            ("GET" or "HEAD", _) => Head("404 Not Found"),
            ("POST", _) => Head("202 Accepted", $"Location: {path}1\r\n"),
            _ => Head("201 Created"),
        };

    private static string Head(string status, string more = "") =>
        $"HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\n\r\n";

    private static long Length(string head)
    {
        foreach (var line in head.Split("\r\n"))
        {
            if (
                line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(line.AsSpan(15), out var length)
            )
                return length;
        }

        return 0;
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var (bytes, read) = (new byte[LongestHead], 0);
        while (read < bytes.Length)
        {
            // One byte at a time, so that the body stays where it is.
            if (await stream.ReadAsync(bytes.AsMemory(read, 1), cancellationToken).ConfigureAwait(false) == 0)
                return null;
            read++;
            if (bytes.AsSpan(0, read).EndsWith("\r\n\r\n"u8))
                return Encoding.Latin1.GetString(bytes, 0, read);
        }

        return null;
    }

    private static async Task DrainAsync(NetworkStream stream, long length, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 12];
        for (var left = length; left > 0; )
        {
            var read = await stream
                .ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken)
                .ConfigureAwait(false);
            if (read == 0)
                return;
            left -= read;
        }
    }

    private static ValueTask WriteAsync(NetworkStream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);
}
