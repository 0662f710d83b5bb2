using System.Collections.Immutable;
using System.Text;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Execution;

/// <summary>What a command of <c>RUN</c> is given, and the folders that it begins with.</summary>
internal static class CommandSetup
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The command as the sandbox runs it.</summary>
    public static SandboxRun Of(
        RunRequest request,
        ImageFiles files,
        RunUser user,
        SandboxNetwork network,
        IReadOnlyList<SandboxMount> mounts
    )
    {
        var secrets = request
            .Mounts.OfType<SecretMount>()
            .Where(secret => secret.Variable is not null)
            .Select(secret => KeyValuePair.Create(secret.Variable!, Encoding.UTF8.GetString(secret.Content.Span)))
            .ToImmutableArray();
        var names = request.Environment.Select(variable => variable.Key).ToImmutableHashSet(StringComparer.Ordinal);
        var environment = request
            .Environment.Where(variable => !secrets.Any(secret => secret.Key == variable.Key))
            .ToImmutableArray();
        if (!names.Contains("PATH"))
            environment = environment.Add(new("PATH", DefaultPath));
        if (!names.Contains("HOME"))
            environment = environment.Add(new("HOME", user.Home));
        return new SandboxRun
        {
            Command = request.Command,
            Environment = environment,
            Secrets = secrets,
            User = user,
            WorkingDirectory = At(request.WorkingDirectory),
            Mounts = [.. mounts],
            Network = network,
            Resources = request.Resources,
        };

        ContainerPath At(string path) => files.Follow(ContainerPath.Parse(path));
    }

    /// <summary>Gives folders the mode of the root of the image.</summary>
    // A user other than root must get through the image's root folder, too.
    public static void SetRootMode(ImageFiles files, params string[] folders)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var folder in folders)
            File.SetUnixFileMode(folder, (UnixFileMode)files.Find(ContainerPath.Root)!.Mode);
    }

    /// <summary>The folders of layers, or an empty one where there are no layers.</summary>
    public static ImmutableArray<string> Lowest(ImmutableArray<string> layers, string folder) =>
        layers.IsEmpty ? [Directory.CreateDirectory(Path.Combine(folder, "nothing")).FullName] : layers;
}
