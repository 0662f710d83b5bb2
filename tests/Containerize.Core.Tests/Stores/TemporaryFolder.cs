namespace Containerize.Core.Tests.Stores;

/// <summary>A folder of its own for each test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-stores-").FullName;

    public string this[string name] => Path.Combine(_root, name);

    public string Root => _root;

    /// <summary>Every file and folder below with its bytes: what must be the same when nothing happened.</summary>
    public IReadOnlyList<string> Snapshot() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    Path.GetRelativePath(_root, path)
                    + (Directory.Exists(path) ? "/" : "=" + Convert.ToHexString(File.ReadAllBytes(path)))
                ),
        ];

    public string[] Blobs(string layout) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(this[layout], "blobs"), "*", SearchOption.AllDirectories)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
