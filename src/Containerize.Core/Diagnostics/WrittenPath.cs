namespace Containerize.Diagnostics;

/// <summary>Texts that a user means as a path and that are none: the file system would take each of them for a
/// folder's name.</summary>
public static class WrittenPath
{
    private static readonly string[] Places = ["oci:", "archive:", "daemon:", "file://", "type="];

    /// <summary>Refuses a path below <c>~</c>, which a shell replaces at the beginning of a word only, and no other
    /// program does.</summary>
    /// <param name="text">The path as the user writes it.</param>
    /// <exception cref="ContainerizeException">CTZ0390.</exception>
    public static void RefuseHome(string text) => RefuseHome("", text);

    /// <summary>Refuses such a path in the place of an image, which also has to say what lies there.</summary>
    /// <param name="text">The image as the user writes it.</param>
    /// <exception cref="ContainerizeException">CTZ0390.</exception>
    public static void RefuseHomeOfImage(string text)
    {
        if (IsHome(text))
            throw new ContainerizeException(
                DiagnosticTable.PathForOthers,
                $"'{text}' is no image: '~' is the home folder for a shell, and only at the beginning of a word. Write "
                    + $"'archive:$HOME{text[1..]}' for a tarball, or 'oci:$HOME{text[1..]}' for a layout."
            );
    }

    /// <summary>Refuses what is no path in a setting that takes one: <c>~/…</c>, and the prefixes that say what a
    /// place is where it could be several.</summary>
    /// <param name="setting">The property's name.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="ContainerizeException">CTZ0390.</exception>
    public static void Check(string setting, string text)
    {
        RefuseHome($"{setting}: ", text);
        if (Array.Find(Places, place => text.StartsWith(place, StringComparison.Ordinal)) is not { } prefix)
            return;
        var rest = text[prefix.Length..];
        throw new ContainerizeException(
            DiagnosticTable.PathForOthers,
            $"{setting} is '{text}', and it takes a path alone. "
                + (prefix == "type=" ? "Write the path without 'type='." : $"Write '{rest}'.")
        );
    }

    private static void RefuseHome(string setting, string text)
    {
        if (!IsHome(text))
            return;
        throw new ContainerizeException(
            DiagnosticTable.PathForOthers,
            $"{setting}'{text}' is no path: '~' is the home folder for a shell, and only at the beginning of a word. "
                + $"Write '$HOME{text[1..]}', or './{text}' for a folder of that name."
        );
    }

    private static bool IsHome(string text) => text == "~" || text.StartsWith("~/", StringComparison.Ordinal);
}
