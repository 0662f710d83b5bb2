namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>An entry of the kernel's list of programs that others start (Linux, admin-guide/binfmt-misc.rst).</summary>
/// <param name="Name">The entry's name: <c>qemu-aarch64</c>.</param>
/// <param name="Interpreter">The absolute path of the program that is started in place.</param>
/// <param name="IsFixed">
/// Whether the kernel opened the interpreter when the entry was made (flag F), so that it is found from within every
/// image; else its path is looked for in the image.
/// </param>
public sealed record BinaryFormat(string Name, string Interpreter, bool IsFixed)
{
    private int Offset { get; init; }

    private byte[] Magic { get; init; } = [];

    private byte[] Mask { get; init; } = [];

    /// <summary>Whether the kernel starts the interpreter for a file.</summary>
    /// <param name="head">The first bytes of the file; the kernel looks at 256.</param>
    public bool Matches(ReadOnlySpan<byte> head)
    {
        if (head.Length < Offset + Magic.Length)
            return false;
        for (var i = 0; i < Magic.Length; i++)
        {
            if (((head[Offset + i] ^ Magic[i]) & (Mask.Length == 0 ? 0xFF : Mask[i])) != 0)
                return false;
        }

        return true;
    }

    /// <summary>The entries that are switched on and look at a file's first bytes; none where the kernel has no
    /// list.</summary>
    /// <param name="folder">The absolute path that the list is mounted at.</param>
    public static IReadOnlyList<BinaryFormat> List(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "status")).Trim() == "enabled"
                ?
                [
                    .. Directory
                        .EnumerateFiles(folder)
                        .Where(path => Path.GetFileName(path) is not ("status" or "register"))
                        .Order(StringComparer.Ordinal)
                        .Select(path => Parse(Path.GetFileName(path), File.ReadAllLines(path)))
                        .OfType<BinaryFormat>(),
                ]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static BinaryFormat? Parse(string name, string[] lines)
    {
        if (lines.Length == 0 || lines[0] != "enabled")
            return null;
        var values = lines
            .Skip(1)
            .Select(line => line.Split(' ', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => pair[0].TrimEnd(':'), pair => pair[1], StringComparer.Ordinal);
        if (!values.TryGetValue("interpreter", out var interpreter) || !values.TryGetValue("magic", out var magic))
            return null;
        return new BinaryFormat(
            name,
            interpreter,
            values.GetValueOrDefault("flags", "").Contains('F', StringComparison.Ordinal)
        )
        {
            Offset = int.Parse(
                values.GetValueOrDefault("offset", "0"),
                System.Globalization.CultureInfo.InvariantCulture
            ),
            Magic = Convert.FromHexString(magic),
            Mask = Convert.FromHexString(values.GetValueOrDefault("mask", "")),
        };
    }
}
