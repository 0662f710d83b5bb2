using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Layers;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Containerize.Publishing.Settings;

/// <summary>A layer of the project's own making (<c>ContainerLayer</c>): which published files lie in it.</summary>
public sealed partial class CustomLayer
{
    private readonly Matcher _matcher = new(StringComparison.Ordinal);

    /// <summary>Creates the layer.</summary>
    /// <param name="name">Lower-case letters, digits and <c>-</c>; none of the names that we give ourselves.</param>
    /// <param name="globs">Relative to the publish folder; <c>**</c> is any number of folders.</param>
    /// <exception cref="ContainerizeException">CTZ0057 for a name or glob that cannot be.</exception>
    public CustomLayer(string name, ImmutableArray<string> globs)
    {
        if (LayerNames.IsOurs(name))
            throw new ContainerizeException(
                DiagnosticTable.InvalidLayer,
                $"A ContainerLayer cannot be called '{name}': published files are split into "
                    + $"{string.Join(", ", LayerNames.InOrder)} and {LayerNames.OnePackage}… already. Give it a name "
                    + "of its own."
            );
        foreach (var glob in globs)
        {
            if (glob.StartsWith('/') || Path.IsPathRooted(glob) || glob.Split('/', '\\').Contains(".."))
                throw new ContainerizeException(
                    DiagnosticTable.InvalidLayer,
                    $"ContainerLayer '{name}' has Files='{glob}', which leads out of the publish folder. Write "
                        + "it relative to that folder, such as 'plugins/**'."
                );
            _matcher.AddInclude(glob);
        }

        if (globs.IsEmpty)
            throw new ContainerizeException(
                DiagnosticTable.InvalidLayer,
                $"ContainerLayer '{name}' does not say which files it holds. Add Files=\"…\" with globs "
                    + "relative to the publish folder."
            );
        Name = CheckName(name);
    }

    /// <summary>The layer's name.</summary>
    public string Name { get; }

    /// <summary>The name itself, if a layer may have it.</summary>
    /// <exception cref="ContainerizeException">CTZ0057.</exception>
    public static string CheckName(string name) =>
        NamePattern().IsMatch(name) && name is not ("packages" or "base")
            ? name
            : throw new ContainerizeException(
                DiagnosticTable.InvalidLayer,
                $"'{name}' cannot be the name of a layer. Use lower-case letters, digits and '-', and neither "
                    + "'base' nor 'packages'."
            );

    /// <summary>Which of the files lie in this layer.</summary>
    /// <param name="paths">Relative to the publish folder, with <c>/</c> between names.</param>
    public IReadOnlySet<string> Match(IEnumerable<string> paths) =>
        _matcher.Match(paths).Files.Select(match => match.Path).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
