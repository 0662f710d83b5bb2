namespace Containerize.Packages.Sources;

/// <summary>Files with apt's sources and keys: those of a machine, or of an image.</summary>
public abstract class AptFiles
{
    /// <summary>The files of this machine.</summary>
    public static AptFiles Machine { get; } = new MachineFiles();

    /// <summary>Whether these are the files of a machine, whose <c>file:</c> sources lie on the same disk.</summary>
    public abstract bool IsMachine { get; }

    /// <summary>The absolute paths of the files in a folder, by name; none where there is no such folder.</summary>
    /// <param name="folder">The absolute path of the folder.</param>
    public abstract IEnumerable<string> List(string folder);

    /// <summary>The content of a file; null where there is no such file.</summary>
    /// <param name="path">The absolute path of the file.</param>
    public abstract byte[]? Read(string path);

    /// <summary>The content of a file as text; null where there is no such file.</summary>
    /// <param name="path">The absolute path of the file.</param>
    public string? ReadText(string path) => Read(path) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>
    /// The paths of a file in parts: those in the folder <c>NAME.d</c> by name, then of the file itself. A part ends in
    /// <c>.conf</c> or has no end, and its name is of letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, so that what a
    /// package manager or an editor left over does not count (apt.conf(5)).
    /// </summary>
    /// <param name="folder">Absolute path of what is <c>/etc/apt</c> there.</param>
    /// <param name="name">The name of the file.</param>
    public IEnumerable<string> Parts(string folder, string name) =>
        ListParts($"{folder}/{name}.d").Where(IsPart).Append($"{folder}/{name}");

    /// <summary>The content of a file as text; null where there is no such file, or where this user may not read it:
    /// apt passes such a part of its configuration over.</summary>
    /// <param name="path">The absolute path of the file.</param>
    internal string? ReadPart(string path)
    {
        try
        {
            return ReadText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private IEnumerable<string> ListParts(string folder)
    {
        try
        {
            return [.. List(folder)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsPart(string path) =>
        Path.GetExtension(path) is "" or ".conf"
        && Path.GetFileName(path).All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private sealed class MachineFiles : AptFiles
    {
        public override bool IsMachine => true;

        public override IEnumerable<string> List(string folder) =>
            Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal) : [];

        public override byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
    }
}
