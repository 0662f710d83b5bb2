using System.CommandLine;

namespace Containerize.Tool.Commands;

// The order in which the help shows the options.
internal sealed partial class BuildOptions
{
    /// <summary>Adds everything to the command, in the order in which the help lists it.</summary>
    public void AddTo(Command command)
    {
        Progress.AcceptOnlyFromAmong("auto", "plain", "quiet", "tty", "none");
        Format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "oci", "docker");
        Compression.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "gzip", "zstd", "none");
        Network.AcceptOnlyFromAmong("default", "none", "host");
        Allow.AcceptOnlyFromAmong("network.host");
        command.Add(Context);
        command.Add(Services);
        foreach (
            var option in (Option[])
                [
                    Compose,
                    Profiles,
                    Names,
                    File,
                    Target,
                    Arguments,
                    Contexts,
                    Secrets,
                    Ssh,
                    Network,
                    Allow,
                    Hosts,
                    SharedMemory,
                    Limits,
                    ControlGroup,
                    Labels,
                    Annotations,
                    Platforms,
                    NoCache,
                    NoCacheFilter,
                    Pull,
                    Offline,
                    Push,
                    Load,
                    Outputs,
                    ImageIdFile,
                    MetadataFile,
                    Format,
                    Compression,
                    Progress,
                    Quiet,
                    Check,
                    Cache,
                    CacheFrom,
                    CacheTo,
                    Json,
                    Engine,
                    .. ForeignOptions.All,
                ]
        )
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Compose) is { Length: > 0 })
            {
                foreach (
                    var option in new Option[] { Names, File, Target }.Where(option =>
                        result.GetResult(option) is not null
                    )
                )
                    result.AddError(
                        $"{option.Name} stands in the Compose file, for each service its own. Leave it out."
                    );
            }
            else
            {
                if (result.GetValue(Context) is null)
                    result.AddError(
                        "The context is missing: name the folder of the Dockerfile, as in 'containerize build .'."
                    );
                if (result.GetValue(Services) is [var more, ..])
                    result.AddError($"Unrecognized command or argument '{more}'.");
                if (result.GetResult(Profiles) is not null)
                    result.AddError("--profile is about services. Name their file with --compose.");
            }

            if (result.GetValue(Offline) && result.GetValue(Pull))
                result.AddError("--offline and --pull contradict each other: one forbids what the other asks for.");
        });
    }
}
