using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Containerize.Dockerfiles.Execution.Mounts;

/// <summary>
/// A socket of our own that leads to an agent's: it has the mode and the owner that a mount says, which the agent's own
/// keeps for itself, as in BuildKit.
/// </summary>
internal sealed partial class AgentSocket : IDisposable
{
    private readonly Socket _listener = New();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _agent;

    // Open as long as the socket, which removes its file by this number.
    private readonly SafeFileHandle _folder;

    private AgentSocket(string folder, string name, string agent)
    {
        _agent = agent;
        // The address of a socket has 107 bytes at most, whatever the folder is called.
        _folder = Open(folder, OpenPath | CloseOnExec);
        if (_folder.IsInvalid)
            throw new IOException($"'{folder}' cannot be opened");
        _listener.Bind(
            new UnixDomainSocketEndPoint(
                string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_folder.DangerousGetHandle()}/{name}")
            )
        );
        _listener.Listen();
        _ = AcceptAsync();
    }

    /// <summary>Makes a socket and leads every connection to the agent until it is disposed of.</summary>
    /// <param name="folder">The absolute path of the folder for it.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="agent">The absolute path of the agent's socket.</param>
    /// <param name="mode">Its mode.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static AgentSocket Listen(string folder, string name, string agent, int mode)
    {
        try
        {
            var socket = new AgentSocket(folder, name, agent);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path.Combine(folder, name), (UnixFileMode)mode);
            return socket;
        }
        catch (SocketException exception)
        {
            throw new IOException($"a socket cannot be made in '{folder}': {exception.Message}", exception);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var token = _stop.Token;
        try
        {
            while (true)
                _ = ForwardAsync(await _listener.AcceptAsync(token).ConfigureAwait(false), token);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The command is done.
        }
    }

    private async Task ForwardAsync(Socket command, CancellationToken cancellationToken)
    {
        using var held = command;
        using var agent = New();
        try
        {
            await agent.ConnectAsync(new UnixDomainSocketEndPoint(_agent), cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(
                    PumpAsync(command, agent, cancellationToken),
                    PumpAsync(agent, command, cancellationToken)
                )
                .ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The command sees its connection end.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var (input, output) = (new NetworkStream(from), new NetworkStream(to));
        await using (input.ConfigureAwait(false))
        await using (output.ConfigureAwait(false))
            await input.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
        to.Shutdown(SocketShutdown.Send);
    }

    private static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    // Linux's numbers, the only system that executes RUN.
    private const int OpenPath = 0x200000,
        CloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);
}
