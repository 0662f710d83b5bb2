using System.Text.Json.Nodes;
using Containerize.Packages.Sources;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The images that introductions to Dockerfiles begin with, made of Debian's packages, in a registry of this
/// machine.</summary>
public sealed class IntroductionBases(Machine machine) : IAsyncLifetime
{
    private readonly string _folder = machine.Folder.Create("introductions");
    private DockerfileBuilder? _builder;

    public DockerfileBuilder Builder => _builder!;

    public async ValueTask InitializeAsync() => _builder = new DockerfileBuilder(await machine.Tool, _folder);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary><c>python</c>, with <c>make</c>.</summary>
    public async Task<string> PythonAsync()
    {
        var packages = await (await machine.Bases).PushedOfPackagesAsync("python3", "make", "dash", "coreutils");
        return await MakeAsync("python", "3", $"FROM {packages}\n");
    }

    /// <summary><c>node</c>, which fetches packages from where this machine's npm does.</summary>
    public async Task<string> NodeAsync()
    {
        var packages = await (await machine.Bases).PushedOfPackagesAsync("nodejs", "npm", "dash", "coreutils");
        var settings = JsonNode.Parse((await Shell.RunAsync("npm", "config", "list", "--json")).Output)!;
        return await MakeAsync(
            "node",
            "18",
            $"FROM {packages}\nCOPY certificates /etc/npm-certificates\nENV "
                + $"npm_config_registry={settings["registry"]} npm_config_cafile=/etc/npm-certificates "
                + "npm_config_update_notifier=false\n",
            (
                "certificates",
                await File.ReadAllTextAsync(
                    settings["cafile"]?.GetValue<string>() ?? "/etc/ssl/certs/ca-certificates.crt"
                )
            )
        );
    }

    /// <summary><c>debian</c>, whose apt reads this machine's sources.</summary>
    public async Task<string> DebianAsync()
    {
        var root = Path.Combine(_folder, "debootstrap");
        var source = AptSourceFile
            .ReadFolder("/etc/apt", RunningBase.Platform.Architecture)
            .First(found => found.Components.Contains("main"));
        await (
            new ShellCommand("debootstrap", ["--variant=minbase", source.Suite, root, source.Root.AbsoluteUri])
            {
                Timeout = TimeSpan.FromMinutes(10),
            }
        ).RunAsync();
        var context = Builder.Context(
            "debian",
            ("Dockerfile", "FROM scratch\nADD root.tar /\nCOPY --chmod=755 policy-rc.d /usr/sbin/\nCMD [\"bash\"]\n"),
            ("policy-rc.d", "#!/bin/sh\nexit 101\n")
        );
        await Shell.RunAsync(
            "tar",
            "--create",
            "--file",
            Path.Combine(context, "root.tar"),
            "--directory",
            root,
            "--one-file-system",
            "."
        );
        return await PushAsync("debian", "stable", context);
    }

    /// <summary><c>dotnet/sdk</c>, the machine's own.</summary>
    public async Task<string> SdkAsync()
    {
        var runtime = await (await machine.Bases).PushedOfPackagesAsync("dash", "coreutils");
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        var context = Builder.Context(
            "sdk",
            (
                "sdk.Dockerfile",
                $"FROM {runtime}\nCOPY . /usr/share/dotnet/\nENV PATH=/usr/share/dotnet:/usr/bin:/bin "
                    + "DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 "
                    + "DOTNET_GENERATE_ASPNET_CERTIFICATE=false\n"
            )
        );
        return await Builder.PushAsync(
            root,
            $"{(await machine.Registry).Address}/dotnet/sdk:10.0",
            "--file",
            Path.Combine(context, "sdk.Dockerfile")
        );
    }

    private async Task<string> MakeAsync(string name, string tag, string dockerfile, params (string, string)[] files) =>
        await PushAsync(name, tag, Builder.Context(name + "-base", [("Dockerfile", dockerfile), .. files]));

    private async Task<string> PushAsync(string name, string tag, string context) =>
        await Builder.PushAsync(context, $"{(await machine.Registry).Address}/library/{name}:{tag}");
}
