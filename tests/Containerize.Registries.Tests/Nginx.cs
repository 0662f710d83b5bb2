using System.Globalization;
using System.Net.Sockets;
using Containerize.TestKit.Servers;

namespace Containerize.Registries.Tests;

/// <summary>nginx on a loopback port, as the reverse proxy that people put before a registry.</summary>
public sealed class Nginx : IAsyncDisposable
{
    private readonly Server _server;

    private Nginx(Server server, string address) => (_server, Address) = (server, address);

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <param name="folder">An empty folder of its own.</param>
    /// <param name="locations">The directives of its <c>server</c> block.</param>
    public static async Task<Nginx> StartAsync(string folder, string locations)
    {
        var port = Server.FreePort();
        var config = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(
            config,
            $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events {}
            http {
              access_log {{folder}}/access.log;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              server {
                listen 127.0.0.1:{{port.ToString(CultureInfo.InvariantCulture)}};
                {{locations}}
              }
            }
            """
        );
        var server = await Server.StartAsync(
            async () =>
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("127.0.0.1", port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            "nginx",
            "-e",
            $"{folder}/error.log",
            "-c",
            config
        );
        return new Nginx(server, $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
