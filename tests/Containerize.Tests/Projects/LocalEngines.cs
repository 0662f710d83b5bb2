using Containerize.Tests.Tools;

namespace Containerize.Tests.Projects;

/// <summary>Projects whose publish finds the engines of the tests where it looks for those of the machine.</summary>
public static class LocalEngines
{
    /// <summary>The project with the Docker daemon of the run.</summary>
    public static async Task<WrittenProject> WithDockerAsync(WrittenProject project, Machine machine) =>
        With(project, "DOCKER_HOST", (await machine.Docker).Host);

    /// <summary>The project with a Podman that keeps everything in a new folder, and that Podman.</summary>
    public static async Task<(WrittenProject Project, Podman Podman)> WithPodmanAsync(
        WrittenProject project,
        Machine machine
    )
    {
        // Podman takes no longer path than 50 letters.
        var folder = machine.Folder.Create("pod");
        var configuration = Path.Combine(folder, "storage.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            [storage]
            driver = "vfs"
            graphroot = "{folder}/root"
            runroot = "{folder}/run"
            """
        );
        return (With(project, "CONTAINERS_STORAGE_CONF", configuration), new Podman(folder));
    }

    private static WrittenProject With(WrittenProject project, string variable, string value) =>
        project with
        {
            Settings = project.Settings with { Environment = project.Settings.Environment.SetItem(variable, value) },
        };
}
