using System.Collections.Immutable;

namespace Containerize.Layers;

/// <summary>
/// What earlier publishes put into a folder. MSBuild does not take away what a project no longer publishes, so a folder
/// that is published into twice holds more than a new one would, and would give another digest.
/// </summary>
/// <param name="Paths">Below the publish folder, with <c>/</c> between names.</param>
public sealed record PublishRecord(ImmutableSortedSet<string> Paths)
{
    private static readonly ImmutableSortedSet<string> Nothing = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Reads the record of a folder; an unreadable one, or that of another folder, is empty.</summary>
    /// <param name="file">The full path of the record.</param>
    /// <param name="publishPath">The full path of the folder.</param>
    public static PublishRecord Read(string file, string publishPath)
    {
        try
        {
            var lines = File.ReadAllLines(file);
            return new PublishRecord(lines.Length > 0 && lines[0] == publishPath ? Nothing.Union(lines.Skip(1)) : Nothing);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new PublishRecord(Nothing);
        }
    }

    /// <summary>What was published once and is not any more: files to leave out.</summary>
    public ImmutableSortedSet<string> LeftOver(IEnumerable<PublishedItem> items) => Paths.Except(items.Select(item => item.RelativePath));

    /// <summary>A copy of this record that knows of these items too.</summary>
    public PublishRecord With(IEnumerable<PublishedItem> items) => new(Paths.Union(items.Select(item => item.RelativePath)));

    /// <summary>Writes the record; that it cannot be written costs nothing but the knowledge.</summary>
    public void Write(string file, string publishPath)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file, Paths.Prepend(publishPath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
