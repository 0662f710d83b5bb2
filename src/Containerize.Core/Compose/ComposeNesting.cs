namespace Containerize.Compose;

/// <summary>How deep in files that include or extend each other a file is read, and how many were read in all: a few
/// that name each other often would unfold to no end.</summary>
internal sealed class ComposeNesting
{
    private const int Deepest = 20;
    private const int MostFiles = 1000;

    private readonly int _depth;
    private readonly Counter _files;

    private ComposeNesting(int depth, Counter files) => (_depth, _files) = (depth, files);

    /// <summary>Where reading begins.</summary>
    public static ComposeNesting Start() => new(0, new Counter());

    /// <summary>Where a file that the current one names is read.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0340.</exception>
    public ComposeNesting Enter(string file) =>
        _depth > Deepest
            ? throw ComposeYaml.Invalid(file, "files include or extend each other in a circle, or deeper than 20 files")
        : ++_files.Value > MostFiles
            ? throw ComposeYaml.Invalid(file, $"files include or extend each other more than {MostFiles} times")
        : new(_depth + 1, _files);

    private sealed class Counter
    {
        public int Value { get; set; }
    }
}
