using System.Globalization;

namespace Containerize.TestKit.Servers;

/// <summary>Debian's docker-registry on a loopback port, with its storage in a folder.</summary>
public sealed class DockerRegistry : IAsyncDisposable
{
    /// <summary>The name of the user in <see cref="Tester"/>.</summary>
    public const string User = "tester";

    /// <summary>The password of the user in <see cref="Tester"/>.</summary>
    public const string Password = "a secret of tests";

    /// <summary>A file of users with one, its password as bcrypt's hash.</summary>
    public const string Tester = User + ":$2b$05$A4Ama7cYGeUiqpvijgBa9OITguv4AwjM1IJ0klUYRgeDDG8jjigxa";

    private readonly Server _server;

    private DockerRegistry(Server server, string address, string storage)
    {
        _server = server;
        Address = address;
        Storage = storage;
    }

    /// <summary>Host and port, as image references name it.</summary>
    public string Address { get; }

    /// <summary>The folder of its storage, in which a test may damage blobs.</summary>
    public string Storage { get; }

    /// <summary>The requests it has answered so far, in order.</summary>
    public IReadOnlyList<RegistryRequest> Requests =>
        [.. _server.Log.Split('\n').Select(RegistryRequest.FromLogLine).OfType<RegistryRequest>()];

    /// <summary>Starts a registry.</summary>
    /// <param name="folder">An empty folder of its own.</param>
    /// <param name="htpasswd">Lines of users with bcrypt hashes; anybody may come in by default.</param>
    /// <param name="auth">Another kind of access, as a member of the configuration's <c>auth</c>.</param>
    /// <param name="http">Further members of the configuration's <c>http</c>.</param>
    /// <param name="storage">Further members of the configuration's <c>storage</c>.</param>
    public static async Task<DockerRegistry> StartAsync(
        string folder,
        string? htpasswd = null,
        string auth = "",
        string http = "",
        string storage = ""
    )
    {
        var port = Server.FreePort().ToString(CultureInfo.InvariantCulture);
        var files = Directory.CreateDirectory(Path.Combine(folder, "storage")).FullName;
        var access = auth.Length > 0 ? $"auth: {{{auth}}}" : "";
        if (htpasswd is not null)
        {
            var users = Path.Combine(folder, "htpasswd");
            await File.WriteAllTextAsync(users, htpasswd);
            access = $"auth: {{htpasswd: {{realm: tests, path: {users}}}}}";
        }
        var config = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(
            config,
            $$$"""
            version: 0.1
            log: {level: info, formatter: json, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: {{{files}}}}, delete: {enabled: true}{{{(
                storage.Length > 0 ? ", " + storage : ""
            )}}}}
            http: {addr: "127.0.0.1:{{{port}}}", secret: of the tests{{{(http.Length > 0 ? ", " + http : "")}}}}
            {{{access}}}
            """
        );
        using var client = new HttpClient();
        var server = await Server.StartAsync(
            async () =>
            {
                try
                {
                    using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "docker-registry",
            "serve",
            config
        );
        return new DockerRegistry(server, $"127.0.0.1:{port}", files);
    }

    /// <summary>The file in which this registry keeps a blob.</summary>
    /// <param name="digest">The blob's digest, <c>sha256:</c> and its digits.</param>
    public string BlobPath(string digest) =>
        Path.Combine(Storage, "docker/registry/v2/blobs/sha256", digest[7..9], digest[7..], "data");

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
