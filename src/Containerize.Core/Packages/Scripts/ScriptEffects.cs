using System.Collections.Frozen;
using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Packages.Formats;
using Containerize.Packages.Systems;
using Containerize.Packages.Unpacking;

namespace Containerize.Packages.Scripts;

/// <summary>
/// What maintainer scripts would have done that matters, done in code; and the names of those whose scripts do
/// something that Containerize does not do.
/// </summary>
internal static class ScriptEffects
{
    private const int LinkMode = 0b111_111_111;

    // The two that an installation runs; the others are for removals.
    private static readonly ImmutableArray<string> ScriptNames = ["preinst", "postinst"];

    // Packages whose scripts are accounted for, and how.
    private static readonly FrozenDictionary<string, Action<PackageTree, DateTimeOffset>> Known = new Dictionary<
        string,
        Action<PackageTree, DateTimeOffset>
    >(StringComparer.Ordinal)
    {
        ["base-files"] = Nothing, // makes folders for logins and mail, and files for root's shell
        ["base-passwd"] = (tree, time) =>
        {
            Copy(tree, "/usr/share/base-passwd/passwd.master", "/etc/passwd", time);
            Copy(tree, "/usr/share/base-passwd/group.master", "/etc/group", time);
        },
        ["ca-certificates"] = CertificateBundle.AddTo,
        ["dash"] = Nothing, // the package has /bin/sh; the script only minds older versions
        ["fontconfig-config"] = (tree, time) =>
            Link(
                tree,
                "/etc/fonts/conf.d/10-hinting-slight.conf",
                "/usr/share/fontconfig/conf.avail/10-hinting-slight.conf",
                time
            ),
        ["libc-bin"] = (tree, time) => Copy(tree, "/usr/share/libc-bin/nsswitch.conf", "/etc/nsswitch.conf", time),
        ["libc6"] = Nothing, // restarts services after an upgrade
        ["libssl3"] = Nothing, // restarts services after an upgrade
        ["libssl3t64"] = Nothing, // restarts services after an upgrade
        ["tzdata"] = (tree, time) =>
        {
            Link(tree, "/etc/localtime", "/usr/share/zoneinfo/Etc/UTC", time);
            tree.AddIfAbsent(DpkgRecords.Text(ContainerPath.Parse("/etc/timezone"), "Etc/UTC\n", time));
        },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Does what is known and returns the names of the packages whose scripts do what is not,
    /// sorted.</summary>
    public static ImmutableArray<string> Apply(
        PackageTree tree,
        ImmutableArray<(string Name, DebFile Deb)> packages,
        DateTimeOffset time
    )
    {
        var scripts = packages
            .Select(package =>
                (
                    package.Name,
                    Scripts: ScriptNames
                        .Select(package.Deb.Control)
                        .OfType<string>()
                        .Select(MaintainerScript.Read)
                        .ToList()
                )
            )
            .ToList();
        var alternatives = scripts.SelectMany(package => package.Scripts).SelectMany(script => script.Alternatives);
        foreach (var group in alternatives.GroupBy(alternative => alternative.Name, StringComparer.Ordinal))
            AddAlternative(
                tree,
                group
                    .OrderByDescending(choice => choice.Priority)
                    .ThenBy(choice => choice.Path, StringComparer.Ordinal)
                    .First(),
                time
            );
        foreach (var (name, _) in packages)
            Known.GetValueOrDefault(name)?.Invoke(tree, time);
        return
        [
            .. scripts
                .Where(package => !Known.ContainsKey(package.Name) && !package.Scripts.All(script => script.IsTrivial))
                .Select(package => package.Name)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static void AddAlternative(PackageTree tree, Alternative choice, DateTimeOffset time)
    {
        // Documentation that was left out is no reason for links that lead nowhere.
        foreach (var (link, name, path) in choice.Slaves.Prepend((choice.Link, choice.Name, choice.Path)))
        {
            if (tree.Find(ContainerPath.Parse(path)) is null)
                continue;
            Link(tree, link, "/etc/alternatives/" + name, time);
            Link(tree, "/etc/alternatives/" + name, path, time);
        }
    }

    private static void Link(PackageTree tree, string path, string target, DateTimeOffset time) =>
        tree.AddIfAbsent(
            new LayerEntry(ContainerPath.Parse(path), EntryKind.SymbolicLink, LinkMode)
            {
                LinkTarget = target,
                ModificationTime = time,
            }
        );

    private static void Copy(PackageTree tree, string from, string to, DateTimeOffset time)
    {
        if (tree.Find(ContainerPath.Parse(from)) is { Content: { } content })
            tree.AddIfAbsent(
                new LayerEntry(ContainerPath.Parse(to), EntryKind.File, FileKind.PlainMode)
                {
                    Content = content,
                    ModificationTime = time,
                }
            );
    }

    private static void Nothing(PackageTree tree, DateTimeOffset time) { }
}
