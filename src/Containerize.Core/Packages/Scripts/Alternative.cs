using System.Collections.Immutable;
using System.Globalization;

namespace Containerize.Packages.Scripts;

/// <summary>One choice for a name that several packages can stand behind (update-alternatives(1)).</summary>
/// <param name="Link">The generic path: <c>/usr/bin/editor</c>.</param>
/// <param name="Name">The name of the group, and of the link in <c>/etc/alternatives</c>.</param>
/// <param name="Path">What this choice is.</param>
/// <param name="Priority">The highest wins.</param>
/// <param name="Slaves">Further links that follow the choice.</param>
internal sealed record Alternative(
    string Link,
    string Name,
    string Path,
    int Priority,
    ImmutableArray<(string Link, string Name, string Path)> Slaves
)
{
    /// <summary>Reads a call of <c>update-alternatives --install</c>; null for any other text, or one with variables in
    /// it.</summary>
    public static Alternative? Parse(string command)
    {
        var words = command
            .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('"', '\''))
            .TakeWhile(word => word is not (['>', ..] or ['2', '>', ..]))
            .ToList();
        var install = words.IndexOf("--install");
        if (
            words is not ["update-alternatives", ..]
            || install < 0
            || words.Count < install + 5
            || words.Any(word => word.AsSpan().ContainsAny('$', '`', '*'))
            || !int.TryParse(
                words[install + 4],
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var priority
            )
        )
            return null;
        var slaves = ImmutableArray.CreateBuilder<(string, string, string)>();
        for (var i = words.IndexOf("--slave"); i >= 0 && i + 3 < words.Count; i = words.IndexOf("--slave", i + 1))
            slaves.Add((words[i + 1], words[i + 2], words[i + 3]));
        string[] paths =
        [
            words[install + 1],
            words[install + 3],
            .. slaves.SelectMany(slave => new[] { slave.Item1, slave.Item3 }),
        ];
        return paths.All(path => path.StartsWith('/'))
            ? new(words[install + 1], words[install + 2], words[install + 3], priority, slaves.ToImmutable())
            : null;
    }
}
