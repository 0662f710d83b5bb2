using Containerize.Stores.Registries;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// What the registry client is told of the machine. It comes from the environment and never from properties, for those
/// are written into binary logs.
/// </summary>
public sealed partial class BuildImage
{
    private RegistryOptions RegistrySettings => new()
    {
        InsecureRegistries = [.. (Variable("DOTNET_CONTAINER_INSECURE_REGISTRIES") ?? "")
            .Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
        Log = line => Log.LogMessage(MessageImportance.Low, "{0}", line),
        Warn = line => Log.LogMessage(MessageImportance.High, "{0}", line),
    };

    private static string? Variable(string name) => System.Environment.GetEnvironmentVariable(name);
}
