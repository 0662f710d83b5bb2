using System.Globalization;
using System.Text;
using Containerize.Images;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;

namespace Containerize.Tests.Publishing;

/// <summary>One of many publishes of a project, unlike all others.</summary>
/// <param name="Number">Its number, which decides all that it is given.</param>
/// <param name="Folder">An empty folder of its own.</param>
/// <param name="Registry">Where it pushes to: every repository there lets one user in, and <c>open</c> refuses
/// each password.</param>
internal sealed record ServedPublish(int Number, string Folder, string Registry)
{
    private const int Ways = 5;

    private string User => string.Create(CultureInfo.InvariantCulture, $"user{Number}");

    private string Repository => Number % Ways == 0 ? $"open/app{Number}" : $"{User}/app";

    /// <summary>Properties of the command line.</summary>
    public IEnumerable<string> Settings =>
        [
            "-p:Containerize=true",
            $"-p:ContainerRegistry={Registry}",
            $"-p:ContainerRepository={Repository}",
            $"-p:ContainerUser={1000 + (Number % 3)}",
            $"-p:ContainerWorkingDirectory=/srv/{Number % 4}",
        ];

    /// <summary>Variables on top of those of every call.</summary>
    public IReadOnlyDictionary<string, string?> Environment
    {
        get
        {
            var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["GREETING"] = $"Hello {Number}",
                ["DOCKER_CONFIG"] = Folder,
                ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = Registry,
                // Of this machine's own registry no proxy of a variable is asked; one that .NET remembers would be.
                ["HTTP_PROXY"] = Number % 2 == 0 ? "http://127.0.0.1:1" : null,
                ["SOURCE_DATE_EPOCH"] = Number % 3 == 0 ? $"{1_700_000_000 + Number}" : null,
                ["LANG"] = Number % 4 == 1 ? "tr_TR.UTF-8" : "C.UTF-8",
                ["TMPDIR"] = Folder,
            };
            switch (Number % Ways)
            {
                case 1:
                    (variables["SDK_CONTAINER_REGISTRY_UNAME"], variables["SDK_CONTAINER_REGISTRY_PWORD"]) = (
                        User,
                        PasswordOf(User)
                    );
                    break;
                case 2:
                    WriteConfig(Logins);
                    break;
                case 3:
                    variables["DOCKER_AUTH_CONFIG"] = Logins;
                    break;
                case 4:
                    WriteConfig("""{"credsStore":"tests"}""");
                    variables["PATH"] = $"{Folder}:{System.Environment.GetEnvironmentVariable("PATH")}";
                    WriteHelper();
                    break;
            }

            return variables;
        }
    }

    private string Logins => "{\"auths\":{\"" + Registry + "\":{\"auth\":\"" + Encoded(User) + "\"}}}";

    /// <summary>The digest of what it pushed with a tag.</summary>
    public string DigestIn(TestRegistry registry, string tag) =>
        Digest.Of(registry.Manifests[(Repository, tag)].Bytes).ToString();

    /// <summary>The script of the registry.</summary>
    public static async Task<bool> RefuseOthersAsync(HttpContext context)
    {
        var user = context.Request.Path.Value!.Split('/').ElementAtOrDefault(2);
        var wanted = user is { Length: > 0 } and not "open" ? "Basic " + Encoded(user) : "";
        if (context.Request.Headers.Authorization.ToString() == wanted)
            return false;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"tests\"";
        return await TestRegistry.RefuseAsync(context, wanted.Length > 0 ? 401 : 403, "UNAUTHORIZED");
    }

    private void WriteConfig(string text) => File.WriteAllText(Path.Combine(Folder, "config.json"), text);

    private void WriteHelper()
    {
        var helper = Path.Combine(Folder, "docker-credential-tests");
        File.WriteAllText(
            helper,
            $$"""
            #!/bin/sh
            echo '{"Username":"{{User}}","Secret":"{{PasswordOf(User)}}"}'
            """
        );
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string PasswordOf(string user) => "password of " + user;

    private static string Encoded(string user) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{PasswordOf(user)}"));
}
