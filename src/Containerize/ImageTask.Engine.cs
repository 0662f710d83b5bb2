using System.Collections;
using System.Reflection;
using Containerize.Stores.Engines;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The engine of this machine as the output of a caller of <c>PublishContainer</c> who names none.</summary>
public abstract partial class ImageTask
{
    private const string Door = "PublishContainer";

    /// <summary>
    /// Sets <see cref="LocalRegistry"/> where the SDK's <c>PublishContainer</c> would load the image: it is called by
    /// its name or by a profile, and no output is named. Without an engine the image becomes a tarball.
    /// </summary>
    private protected async Task ChooseEngineAsync(CancellationToken cancellationToken)
    {
        if (
            Registry.Length + ArchiveOutputPath.Length + OciLayoutPath.Length + LocalRegistry.Length > 0
            || (!PublishesByProfile && !IsAskedFor(Door))
        )
            return;
        LocalRegistry = (await LocalEngine.FindAsync(cancellationToken).ConfigureAwait(false))?.Name ?? "";
        Log.LogMessage(
            MessageImportance.High,
            "{0}",
            LocalRegistry.Length > 0
                ? $"{Door} names no registry, tarball or layout: the image is loaded into {LocalRegistry}, which "
                    + "answers on this machine."
                : $"{Door} names no registry, tarball or layout, and neither Docker nor Podman answers on this "
                    + "machine: the image becomes a tarball."
        );
    }

    // No interface of MSBuild tells a task which targets were asked for. The engine that runs the task knows (TaskHost,
    // its BuildRequestEntry, its BuildRequest); a host of tasks in another process does not, and then no caller is
    // taken to have asked.
    private bool IsAskedFor(string target) =>
        Member(Member(Member(BuildEngine, "_requestEntry"), "Request"), "Targets") is IEnumerable targets
        && targets.OfType<string>().Contains(target, StringComparer.OrdinalIgnoreCase);

    private static object? Member(object? owner, string name)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var type = owner?.GetType();
        return type?.GetField(name, Any)?.GetValue(owner) ?? type?.GetProperty(name, Any)?.GetValue(owner);
    }
}
