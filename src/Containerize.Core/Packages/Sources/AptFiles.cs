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

    private sealed class MachineFiles : AptFiles
    {
        public override bool IsMachine => true;

        public override IEnumerable<string> List(string folder) =>
            Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal) : [];

        public override byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
    }
}
