using Containerize.Diagnostics;
using Containerize.IO;
using Containerize.Packages;
using Containerize.Packages.Sources;
using Containerize.Projects;
using Containerize.Reporting;
using Containerize.Stores.Addresses;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Configuration;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// What the registry client learns of the machine. It comes from the environment and never from properties, for those
/// are written into binary logs.
/// </summary>
public abstract partial class ImageTask : IProjectLog
{
    bool IProjectLog.ShowsDetails => Log.LogsMessagesOfImportance(MessageImportance.Low);

    void IProjectLog.Warn(Diagnostic diagnostic, string message) => WarnCoded(diagnostic, message);

    void IProjectLog.Write(LineWeight weight, string text) =>
        Log.LogMessage(
            weight switch
            {
                LineWeight.High => MessageImportance.High,
                LineWeight.Normal => MessageImportance.Normal,
                _ => MessageImportance.Low,
            },
            "{0}",
            text
        );

    private static readonly char[] Separators = [';'];

    // Quick transfers write nothing, so each line is worth showing at any verbosity.
    private protected IProgress<WorkProgress> Progress =>
        field ??= new ProgressLines(line => Log.LogMessage(MessageImportance.High, "{0}", line), TimeProvider.System);

    private protected static MachineEnvironment Host =>
        MachineEnvironment.Of(
            System.Environment.GetEnvironmentVariables(),
            System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile),
            () => HttpClient.DefaultProxy
        );

    // Package sources are asked as the machine's apt asks them.
    private protected static HttpClient CreatePackageClient()
    {
        var host = Host;
        return AptProxy.CreateClient(
            PackageSettings.MachineFolder,
            host.Proxy,
            url => EnvironmentProxy.IsExcepted(host, url)
        );
    }

    // The bases that the project names; none where a Dockerfile names them.
    private protected abstract IEnumerable<string> BaseLocations { get; }

    // The registries that caches are written to.
    private protected virtual IEnumerable<string> CacheRegistries => [];

    private protected RegistryOptions RegistrySettings
    {
        get
        {
            var environment = Host with
            {
                OutputRegistries =
                [
                    .. Registry.Split(
                        Separators,
                        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                    ),
                    .. CacheRegistries,
                ],
                BaseRegistries =
                [
                    .. BaseLocations
                        .Select(location => ImageSources.RegistryOf(PackagesBase.SourceOf(location)))
                        .OfType<string>(),
                ],
                Warn = line => WarnCoded(DiagnosticTable.CredentialHelperFailed, line),
            };
            var options = environment.ToOptions();
            return options with
            {
                Log = line => Log.LogMessage(MessageImportance.Low, "{0}", line),
                Warn = line => Log.LogMessage(MessageImportance.High, "{0}", line),
                Progress = Progress,
            };
        }
    }
}
