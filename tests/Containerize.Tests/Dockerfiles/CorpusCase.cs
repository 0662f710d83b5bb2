using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>One Dockerfile of the corpus with its context, and the options for the builders.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Context">The folder in which it is built.</param>
public sealed record CorpusCase(string Name, string Context)
{
    private const string Mark = "# corpus: ";

    /// <summary>The registry that Dockerfiles of the corpus name.</summary>
    public const string Registry = "corpus.test";

    /// <summary>What <c>--build-arg</c> says.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Arguments =>
        [
            .. Settings("build-arg")
                .Select(setting => setting.Split('=', 2))
                .Select(pair => KeyValuePair.Create(pair[0], pair[1])),
        ];

    /// <summary>What <c>--target</c> says; null for nothing.</summary>
    public string? Target => Settings("target").SingleOrDefault();

    /// <summary>What a builder's command line says.</summary>
    public IEnumerable<string> CommandLine =>
        [
            .. Arguments.SelectMany(pair => new[] { "--build-arg", $"{pair.Key}={pair.Value}" }),
            .. Target is { } target ? new[] { "--target", target } : [],
        ];

    /// <summary>The folder of the corpus in the repository.</summary>
    public static string Folder =>
        Path.Combine(TestFolder.Repository, "tests", "Containerize.Tests", "Dockerfiles", "Corpus");

    /// <summary>The names of all of them, in order.</summary>
    public static IReadOnlyList<string> Names =>
        [
            .. Directory
                .EnumerateDirectories(Folder)
                .Select(folder => Path.GetFileName(folder)!)
                .Order(StringComparer.Ordinal),
        ];

    // The last lines of a Dockerfile, which are comments to every builder.
    private IEnumerable<string> Settings(string name) =>
        File.ReadLines(Path.Combine(Context, "Dockerfile"))
            .Where(line => line.StartsWith($"{Mark}{name} ", StringComparison.Ordinal))
            .Select(line => line[(Mark.Length + name.Length + 1)..]);
}
