using System.Collections.Immutable;
using System.Globalization;
using Containerize.Packages.Formats;

namespace Containerize.Packages.Sources;

/// <summary>Reads the files with apt's sources (sources.list(5)).</summary>
public static class AptSourceFile
{
    private const string MirrorFile = "mirror+file:";

    /// <summary>
    /// The sources of a machine: <c>sources.list</c>, then <c>sources.list.d/*.list</c> and <c>*.sources</c> in the
    /// order of their names. None when there is no such file.
    /// </summary>
    /// <param name="folder">Absolute path of what is <c>/etc/apt</c> on the machine.</param>
    /// <param name="architecture">The architecture of the image, which <c>$(ARCH)</c> stands for.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0070 for a file that cannot be understood.</exception>
    public static ImmutableArray<AptSource> ReadFolder(string folder, string architecture) =>
        ReadFolder(AptFiles.Machine, folder, architecture);

    /// <summary>The sources of a machine or of an image, in the same order. Those of an image that lie on a disk are
    /// left out.</summary>
    /// <param name="files">The files.</param>
    /// <param name="folder">Absolute path of what is <c>/etc/apt</c> there.</param>
    /// <param name="architecture">The architecture of the image, which <c>$(ARCH)</c> stands for.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0070 for a file that cannot be understood.</exception>
    public static ImmutableArray<AptSource> ReadFolder(AptFiles files, string folder, string architecture)
    {
        var paths = files
            .List($"{folder}/sources.list.d")
            .Where(file => Path.GetExtension(file) is ".list" or ".sources")
            .Prepend($"{folder}/sources.list");
        return
        [
            .. paths
                .Select(path => (Path: path, Text: files.ReadText(path)))
                .Where(file => file.Text is not null)
                .SelectMany(file =>
                    Path.GetExtension(file.Path) == ".sources"
                        ? ReadStanzas(file.Text!, file.Path, architecture, files)
                        : ReadLines(file.Text!, file.Path, architecture, files)
                ),
        ];
    }

    /// <summary>Reads the one-line format: <c>deb [option=value] URL suite component…</c>.</summary>
    public static IEnumerable<AptSource> ReadLines(
        string text,
        string where,
        string architecture,
        AptFiles? files = null
    )
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Split('#')[0].Trim();
            var place = string.Create(CultureInfo.InvariantCulture, $"{where}, line {number}");
            if (line.Length == 0 || line.StartsWith("deb-src", StringComparison.Ordinal))
                continue;
            var options = "";
            if (line.IndexOf('[', StringComparison.Ordinal) is var open and > 0 && line[..open].Trim() == "deb")
            {
                var close = line.IndexOf(']', StringComparison.Ordinal);
                if (close < open)
                    throw AptSource.Invalid(place, "the bracket of the options is not closed");
                options = line[(open + 1)..close];
                line = "deb " + line[(close + 1)..];
            }

            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3 || words[0] != "deb")
                throw AptSource.Invalid(place, $"'{line}' is not of the form 'deb URL suite component…'");
            foreach (var url in Addresses(words[1], place, files ?? AptFiles.Machine))
            {
                yield return WithOptions(
                    AptSource.Create(Expand(url, architecture), Expand(words[2], architecture), [.. words[3..]], place),
                    options
                );
            }
        }
    }

    /// <summary>Reads the deb822 format, with <c>Types</c>, <c>URIs</c>, <c>Suites</c>, <c>Components</c>.</summary>
    public static IEnumerable<AptSource> ReadStanzas(
        string text,
        string where,
        string architecture,
        AptFiles? files = null
    )
    {
        foreach (var stanza in Deb822.Read(text, where))
        {
            if (stanza["Enabled"] is { } enabled && !IsYes(enabled) || !stanza.Words("Types").Contains("deb"))
                continue;
            if (stanza.Words("URIs").Length == 0 || stanza.Words("Suites").Length == 0)
                throw AptSource.Invalid(where, "a stanza has no URIs or no Suites");
            foreach (
                var url in stanza.Words("URIs").SelectMany(url => Addresses(url, where, files ?? AptFiles.Machine))
            )
            {
                foreach (var suite in stanza.Words("Suites"))
                {
                    yield return AptSource.Create(
                        Expand(url, architecture),
                        Expand(suite, architecture),
                        [.. stanza.Words("Components")],
                        where
                    ) with
                    {
                        SignedBy = SignedBy(stanza["Signed-By"] ?? ""),
                        Architectures =
                        [
                            .. stanza["Architectures"]?.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries)
                                ?? [],
                        ],
                        ChecksValidUntil = stanza["Check-Valid-Until"] is not { } until || IsYes(until),
                        ChecksDate = stanza["Check-Date"] is not { } date || IsYes(date),
                    };
                }
            }
        }
    }

    private static AptSource WithOptions(AptSource source, string options)
    {
        foreach (var option in options.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? option : option[..equals].TrimEnd('+', '-');
            var value = option[(equals + 1)..];
            source = name switch
            {
                "signed-by" => source with { SignedBy = [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries)] },
                "arch" => source with { Architectures = [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries)] },
                "check-valid-until" => source with { ChecksValidUntil = IsYes(value) },
                "check-date" => source with { ChecksDate = IsYes(value) },
                _ => source,
            };
        }

        return source;
    }

    // A key within the file is folded, with a dot for each empty line.
    private static ImmutableArray<string> SignedBy(string value) =>
        value.Contains("-----BEGIN", StringComparison.Ordinal)
            ? [string.Join('\n', value.Trim().Split('\n').Select(line => line.Trim() == "." ? "" : line))]
            : [.. value.Split([' ', ',', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)];

    // A disc that the system was installed from, and what apt keeps of it, can be no source of an image; what an image
    // calls a file does not lie on this machine. A list of mirrors (apt-transport-mirror(1)) has one in each line, the
    // best first.
    private static string[] Addresses(string url, string where, AptFiles files)
    {
        if (url.StartsWith("cdrom:", StringComparison.Ordinal))
            return [];
        if (
            !files.IsMachine
            && (url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("copy:", StringComparison.Ordinal))
        )
            return [];
        if (!url.StartsWith(MirrorFile, StringComparison.Ordinal))
            return [url];
        var path = "/" + url[MirrorFile.Length..].TrimStart('/');
        var list =
            files.ReadText(path)
            ?? throw AptSource.Invalid(where, $"'{url}' names a list of mirrors, and there is no file '{path}'");
        var mirror = list.Split('\n')
            .Select(line => line.Split('#')[0].Trim())
            .FirstOrDefault(line => line.Length > 0)
            ?.Split([' ', '\t'])[0];
        return mirror is null
            ? throw AptSource.Invalid(where, $"the list of mirrors '{path}' is empty")
            : Addresses(mirror, where, files);
    }

    private static string Expand(string text, string architecture) =>
        text.Replace("$(ARCH)", architecture, StringComparison.Ordinal);

    private static bool IsYes(string value) =>
        value.Trim().ToUpperInvariant() is "YES" or "TRUE" or "1" or "ON" or "WITH" or "ENABLE";
}
