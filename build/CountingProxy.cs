// The bytes that clients exchange with a server: bench.sh runs this between a publish and a registry.
// Argument: the server's port on this machine. First line of output: the port to connect to. From then on every line
// of input is answered by one of output, the bytes to the server and from it since the last.
using System.Net;
using System.Net.Sockets;

long up = 0, down = 0;
var server = int.Parse(args[0]);
using var listener = new TcpListener(IPAddress.Loopback, 0);
listener.Start();
Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
_ = AcceptAsync();
while (Console.ReadLine() is not null)
    Console.WriteLine($"{Interlocked.Exchange(ref up, 0)} {Interlocked.Exchange(ref down, 0)}");

async Task AcceptAsync()
{
    while (true)
        _ = ServeAsync(await listener.AcceptTcpClientAsync());
}

async Task ServeAsync(TcpClient client)
{
    using (client)
    using (var behind = new TcpClient())
    {
        await behind.ConnectAsync(IPAddress.Loopback, server);
        var there = PumpAsync(client.Client, behind.Client, bytes => Interlocked.Add(ref up, bytes));
        var back = PumpAsync(behind.Client, client.Client, bytes => Interlocked.Add(ref down, bytes));
        await Task.WhenAll(there, back);
    }
}

static async Task PumpAsync(Socket from, Socket to, Action<int> count)
{
    var buffer = new byte[1 << 16];
    try
    {
        for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
        {
            count(read);
            for (var sent = 0; sent < read;)
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
