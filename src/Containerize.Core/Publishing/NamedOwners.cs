using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing;

/// <summary>The owners by name of a project's own files (<c>ContainerFile</c>), which only the image's passwd can
/// tell.</summary>
/// <param name="settings">The files.</param>
/// <param name="below">The image that the project's layers lie upon.</param>
/// <param name="views">Reads the files of images.</param>
internal sealed class NamedOwners(ContainerSettings settings, Image below, ImageFileSystemCache views)
{
    /// <summary>Whether any file has an owner by name.</summary>
    public static bool AreIn(ContainerSettings settings) => settings.Files.Any(file => file.NamedOwner is not null);

    /// <summary>Gives the files' entries the numbers of their owners.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0058 for a name that the image does not know, and the
    /// codes of the image's source.</exception>
    public async Task<LayerPlan> AddToAsync(LayerPlan plan, CancellationToken cancellationToken)
    {
        var lookup = new OwnerLookup(plan, () => views.OfAsync(below.Layers, cancellationToken));
        var owners = new Dictionary<ContainerPath, (int Uid, int Gid)>();
        foreach (var file in settings.Files.DistinctBy(file => file.Path).Where(file => file.NamedOwner is not null))
        {
            owners[file.Path] = await lookup
                .FindAsync(
                    file.NamedOwner!,
                    name =>
                        ExtraFile.Invalid(
                            file.Path.Text,
                            $"Owner='{file.NamedOwner}', and the image has no '{name}' in /etc/passwd or "
                                + "/etc/group. Name a number, such as Owner=\"1654:1654\""
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return plan with
        {
            Layers = [.. plan.Layers.Select(layer => layer with { Entries = [.. layer.Entries.Select(Owned)] })],
        };

        LayerEntry Owned(LayerEntry entry) =>
            owners.TryGetValue(entry.Path, out var owner) ? entry with { Uid = owner.Uid, Gid = owner.Gid } : entry;
    }
}
