using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Core.Tests.Stores.Registries.Configuration;

/// <summary>Tests with files of a home folder of their own.</summary>
public abstract class ConfigurationTest : IDisposable
{
    protected string Home { get; } = Directory.CreateTempSubdirectory("containerize-home-").FullName;

    protected Dictionary<string, string> Variables { get; } = [];

    protected List<string> Warnings { get; } = [];

    protected MachineEnvironment Environment =>
        new(Variables, Home)
        {
            System = Path.Combine(Home, "etc"),
            Warn = Warnings.Add,
            OutputRegistries = ["out.example"],
            BaseRegistries = [.. Bases],
        };

    /// <summary>The registries of the bases that the project names.</summary>
    protected string[] Bases { get; set; } = [];

    public void Dispose()
    {
        Directory.Delete(Home, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a file below the home folder and returns its path.</summary>
    protected string Write(string path, string text)
    {
        var file = Path.Combine(Home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Writes a helper that is a shell script, and puts it on the PATH.</summary>
    protected void WriteHelper(string name, string script)
    {
        var file = Write($"bin/docker-credential-{name}", "#!/bin/sh\n" + script);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Variables["PATH"] = $"{Home}/bin:/usr/bin:/bin";
    }

    protected Task<Credential?> FindAsync(string registry = "test.io", bool push = true) =>
        Environment
            .ToOptions()
            .Credentials.FindAsync(
                new CredentialRequest(registry, "team/app", push),
                TestContext.Current.CancellationToken
            );
}
