using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Containerize.Packages.Scripts;

/// <summary>
/// A <c>preinst</c> or <c>postinst</c>, read and never run: whether it does something that an image may miss, and the
/// alternatives that it would set up.
/// </summary>
internal sealed partial class MaintainerScript
{
    // The sections that debhelper adds for init systems, caches that are rebuilt when they are missing, and upgrades.
    private static readonly FrozenSet<string> HarmlessSections = new[]
    {
        "dh_apparmor",
        "dh_installdebconf",
        "dh_installdeb",
        "dh_installinit",
        "dh_installmenu",
        "dh_installsystemd",
        "dh_installsystemduser",
        "dh_installudev",
        "dh_makeshlibs",
        "dh_python3",
        "dh_icons",
        "dh_systemd_enable",
        "dh_systemd_start",
        "dh_installalternatives",
        "dh_installemacsen",
        "dh_installlogcheck",
        "dh_pypy",
        "dh_python2",
        "dh_ruby",
        "dh_movetousr",
        "dh_runit",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> HarmlessWords = new[]
    {
        ":",
        "[",
        "[[",
        "add-shell",
        "break",
        "case",
        "deb-systemd-helper",
        "deb-systemd-invoke",
        "do",
        "done",
        "dpkg-maintscript-helper",
        "dpkg-trigger",
        "echo",
        "else",
        "esac",
        "exit",
        "export",
        "false",
        "fi",
        "invoke-rc.d",
        "ldconfig",
        "local",
        "printf",
        "py3clean",
        "py3compile",
        "return",
        "set",
        "shift",
        "test",
        "then",
        "true",
        "unset",
        "update-alternatives",
        "update-rc.d",
        "{",
        "}",
        ";;",
        "db_stop",
        "umask",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly string[] _commands;

    private MaintainerScript(string[] commands) => _commands = commands;

    /// <summary>Reads a script.</summary>
    public static MaintainerScript Read(string text)
    {
        var joined = text.Replace("\\\n", " ", StringComparison.Ordinal);
        var commands = new List<string>();
        string? section = null;
        foreach (var raw in joined.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("# Automatically added by ", StringComparison.Ordinal))
                section = line["# Automatically added by ".Length..].Split('/', ' ')[0];
            else if (line.StartsWith("# End automatically added section", StringComparison.Ordinal))
                section = null;
            else if (
                line.Length > 0
                && line[0] != '#'
                && (
                    section is null
                    || !HarmlessSections.Contains(section)
                    || line.Contains("update-alternatives", StringComparison.Ordinal)
                )
            )
                commands.AddRange(
                    Separators().Split(line).Select(command => command.Trim()).Where(command => command.Length > 0)
                );
        }

        return new([.. commands]);
    }

    /// <summary>Whether it does nothing that an image would miss, beside alternatives that can be read from
    /// it.</summary>
    public bool IsTrivial => _commands.All(IsHarmless);

    /// <summary>The alternatives that it installs, as far as they are written without variables.</summary>
    public IEnumerable<Alternative> Alternatives => _commands.Select(Alternative.Parse).OfType<Alternative>();

    private static bool IsHarmless(string command)
    {
        var rest = command;
        while (Leading().Match(rest) is { Success: true } leading)
            rest = rest[leading.Length..];
        if (rest.Length == 0)
            return true;
        var word = rest.Split([' ', '\t'], 2)[0];
        if (word == "update-alternatives" && rest.Contains("--install", StringComparison.Ordinal))
            return Alternative.Parse(rest) is not null;
        return HarmlessWords.Contains(word) || Assignment().IsMatch(word);
    }

    [GeneratedRegex(@"&&|\|\||;;|;")]
    private static partial Regex Separators();

    // What may stand before a command: words of the shell, the label of a case, a redirection.
    [GeneratedRegex(
        @"^(?:(?:if|then|else|elif|do|while|until|!|in)\s+|\(?[""'A-Za-z0-9*?$@{}|\s-]+\)\s*|case\s.*\sin\s*)"
    )]
    private static partial Regex Leading();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*=[^`(]*$")]
    private static partial Regex Assignment();
}
