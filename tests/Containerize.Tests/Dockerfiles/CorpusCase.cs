using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>One Dockerfile of the corpus with its context, and the options for the builders.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Context">The folder in which it is built.</param>
public sealed record CorpusCase(string Name, string Context)
{
    private const string Mark = "# corpus: ";

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["byte"] = "lines",
        ["carriage"] = "lines",
        ["comment"] = "lines",
        ["escape"] = "lines",
        ["instructions"] = "lines",
        ["no"] = "lines",
        ["syntax"] = "lines",
        ["tabs"] = "lines",
        ["platform"] = "from",
        ["stages"] = "stage",
        ["target"] = "stage",
        ["chmod"] = "copy",
        ["chown"] = "copy",
    };

    /// <summary>The registry that Dockerfiles of the corpus name.</summary>
    public const string Registry = "corpus.test";

    /// <summary>What <c>--build-arg</c> says.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Arguments => ArgumentsOf(OwnFile);

    /// <summary>What <c>--target</c> says; null for nothing.</summary>
    public string? Target => TargetOf(OwnFile);

    /// <summary>The code of the error with which we refuse it; null for nothing.</summary>
    public string? Refusal => Settings(OwnFile, "refused").SingleOrDefault();

    /// <summary>What the other builders read: where they are older than the syntax, the same without it.</summary>
    public string PeerFile =>
        Path.Combine(Context, "Dockerfile.peers") is var path && File.Exists(path)
            ? path
            : Path.Combine(Context, "Dockerfile");

    /// <summary>What it is about, as the table names it: the first word of its name.</summary>
    public string Kind
    {
        get
        {
            var word = Name.Split('-')[1];
            return Kinds.GetValueOrDefault(word, word);
        }
    }

    /// <summary>What our command line says.</summary>
    public IEnumerable<string> CommandLine => LineOf(OwnFile);

    /// <summary>What the command lines of the other builders say.</summary>
    public IEnumerable<string> PeerCommandLine => LineOf(PeerFile);

    /// <summary>It as a service of a Compose file.</summary>
    public JsonObject Service
    {
        get
        {
            var build = new JsonObject
            {
                ["context"] = Context,
                ["args"] = new JsonObject(
                    Arguments.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))
                ),
            };
            if (Target is { } target)
                build["target"] = target;
            return new JsonObject { ["image"] = $"localhost/corpus/{Name}:built", ["build"] = build };
        }
    }

    /// <summary>Copies all of them below a folder, and pushes what they build upon.</summary>
    public static async Task<IReadOnlyList<CorpusCase>> CopyAsync(string folder, DockerRegistry registry)
    {
        var contexts = Path.Combine(folder, "contexts");
        await CorpusBases.PushAsync(Path.Combine(folder, "bases"), registry);
        await Shell.RunAsync("cp", "-a", Folder, contexts);
        await Shell.RunAsync("chmod", "-R", "go-w", contexts);
        var all = Names.Select(name => new CorpusCase(name, Path.Combine(contexts, name))).ToList();
        foreach (var file in all.SelectMany(one => new[] { one.OwnFile, one.PeerFile }.Distinct()))
        {
            // Its bytes are the test: nothing else of them changes.
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            await File.WriteAllBytesAsync(
                file,
                Encoding.Latin1.GetBytes(text.Replace(Registry, registry.Address, StringComparison.Ordinal))
            );
        }

        return all;
    }

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

    private string OwnFile => Path.Combine(Context, "Dockerfile");

    private static string[] LineOf(string file) =>
        [
            .. ArgumentsOf(file).SelectMany(pair => new[] { "--build-arg", $"{pair.Key}={pair.Value}" }),
            .. TargetOf(file) is { } target ? new[] { "--target", target } : [],
        ];

    private static IReadOnlyList<KeyValuePair<string, string>> ArgumentsOf(string file) =>
        [
            .. Settings(file, "build-arg")
                .Select(setting => setting.Split('=', 2))
                .Select(pair => KeyValuePair.Create(pair[0], pair[1])),
        ];

    private static string? TargetOf(string file) => Settings(file, "target").SingleOrDefault();

    // The last lines of a Dockerfile, which are comments to every builder.
    private static IEnumerable<string> Settings(string file, string name) =>
        File.ReadLines(file)
            .Where(line => line.StartsWith($"{Mark}{name} ", StringComparison.Ordinal))
            .Select(line => line[(Mark.Length + name.Length + 1)..]);
}
