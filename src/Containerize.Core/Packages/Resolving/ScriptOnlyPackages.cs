using System.Collections.Frozen;

namespace Containerize.Packages.Resolving;

/// <summary>
/// The packages that are depended upon for the sake of maintainer scripts. No script is ever run, so a relation that
/// leads to one of these is not followed in the <see cref="PackageClosure.Runtime"/> closure; a user who wants one asks
/// for it by name. What they alone need (perl-base of debconf, passwd of adduser) falls away with them.
/// </summary>
public static class ScriptOnlyPackages
{
    private static readonly FrozenDictionary<string, string> ForEveryone = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["adduser"] = "makes users in postinst; its configuration is read by nothing else",
        ["cdebconf"] = "asks questions of packages, and a build has no user who answers",
        ["debconf"] = "asks questions of packages, and a build has no user who answers",
        ["debianutils"] = "add-shell, run-parts and the like, called by scripts",
        ["dpkg"] = "dpkg-trigger, dpkg-divert, update-alternatives: called by scripts",
        ["init-system-helpers"] = "invoke-rc.d and deb-systemd-helper: an image has no init system to tell",
        ["install-info"] = "indexes info pages, which are not in the image",
        ["lsb-base"] = "functions for init scripts, which nothing starts",
        ["opensysusers"] = "makes users in postinst",
        ["sensible-utils"] = "used by ucf",
        ["systemd-standalone-sysusers"] = "makes users in postinst",
        ["sysvinit-utils"] = "functions for init scripts, which nothing starts",
        ["ucf"] = "merges configuration files that a user has changed; in a new image none has",
        ["update-inetd"] = "edits inetd.conf in postinst",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<(string, string), string> ForOne = new Dictionary<(string, string), string>
    {
        [("base-files", "mawk")] = "awk in postinst",
        [("ca-certificates", "openssl")] = "computes the names of links in /etc/ssl/certs, which is done in code",
    }.ToFrozenDictionary();

    /// <summary>Every entry of the table, <c>name</c> or <c>name → name</c>, with its reason.</summary>
    public static IEnumerable<(string Entry, string Reason)> Entries =>
        ForEveryone
            .Select(entry => (entry.Key, entry.Value))
            .Concat(ForOne.Select(entry => ($"{entry.Key.Item1} → {entry.Key.Item2}", entry.Value)))
            .OrderBy(entry => entry.Item1, StringComparer.Ordinal);

    /// <summary>Whether the first package needs the second for its scripts only.</summary>
    public static bool Holds(string package, string dependency) =>
        ForEveryone.ContainsKey(dependency) || ForOne.ContainsKey((package, dependency));
}
