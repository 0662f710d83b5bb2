using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Containerize.Bench;

/// <summary>Debian's docker-registry on a port of this machine, for as long as the bench runs.</summary>
internal sealed class Registry : IDisposable
{
    private readonly Process _process;

    public Registry(string folder)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        Directory.CreateDirectory(folder);
        var configuration = Path.Combine(folder, "config.yml");
        File.WriteAllText(
            configuration,
            $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{folder}} } }
            http: { addr: "127.0.0.1:{{Port}}" }
            """
        );
        _process = Process.Start(
            new ProcessStartInfo("docker-registry", ["serve", configuration])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        for (var attempt = 0; !Answers(); attempt++)
        {
            if (attempt == 100)
                throw new InvalidOperationException("docker-registry does not answer");
            Thread.Sleep(100);
        }
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>The different layers and configs that some images have, and how many bytes each has.</summary>
    public HashSet<(string Digest, long Size)> Blobs(IEnumerable<string> repositories) =>
        [
            .. repositories
                .Select(repository =>
                    JsonDocument
                        .Parse(Shell.Run("/", "skopeo", "inspect", "--raw", "--tls-verify=false", Name(repository)))
                        .RootElement
                )
                .SelectMany(manifest =>
                    manifest.GetProperty("layers").EnumerateArray().Append(manifest.GetProperty("config"))
                )
                .Select(blob => (blob.GetProperty("digest").GetString()!, blob.GetProperty("size").GetInt64())),
        ];

    /// <summary>The image's name for skopeo and buildah.</summary>
    public string Name(string repository) =>
        string.Create(CultureInfo.InvariantCulture, $"docker://127.0.0.1:{Port}/{repository}:1");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
