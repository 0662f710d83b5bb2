using System.Globalization;
using System.Text;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>
/// What a command can do here and in the builders of the same machine, asked by one program (<c>SandboxProbe.cc</c>).
/// What more is allowed here than in the stricter of Docker and buildah stands in <c>docs/security.md</c> with its
/// reason.
/// </summary>
public sealed class SandboxTableTests(Machine machine, ITestOutputHelper output)
{
    // The folder of an ordinary user in which the answers are left.
    private const string Answers = "answers";

    // The file in it with the warnings, where there are any.
    private const string Warnings = "warnings";

    // As root, and as an ordinary user.
    private static readonly string[] Ways = ["crun", "runc", "unshare"];
    private static readonly string[] OurWays = [.. Ways, .. Ways.Select(OfUser)];

    [Fact]
    public async Task Nothing_is_allowed_that_the_stricter_of_Docker_and_buildah_denies()
    {
        Assert.True(Environment.IsPrivilegedProcess, "This test starts the peers as root.");
        var folder = machine.Folder.Create("probe");
        using var probe = await SandboxProbe.CompileAsync(folder);
        var disk = Path.Combine(folder, "disk");
        await File.WriteAllBytesAsync(disk, new byte[4096], TestContext.Current.CancellationToken);
        var loop = (await Shell.RunAsync("losetup", "--find", "--show", disk)).Text;
        try
        {
            string[] words = [probe.Words[0], loop["/dev/loop".Length..], .. probe.Words[2..]];
            var columns = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
            foreach (var way in Ways)
                columns[way] = await OursAsync(way, probe, words);
            var isOwn = await AskUserAsync(probe, words, columns);
            columns["docker"] = await DockerAsync(Context(folder, "docker", probe.Path, words));
            columns["buildah"] = await BuildahAsync(
                Context(folder, "buildah", probe.Path, words),
                Path.Combine(folder, "store")
            );
            Print(columns);
            Assert.All(columns, column => Assert.True(column.Value.Count > 120, $"{column.Key}: {column.Value.Count}"));
            var documented = await File.ReadAllTextAsync(
                Path.Combine(TestFolder.Repository, "docs/security.md"),
                TestContext.Current.CancellationToken
            );
            var more = columns["crun"]
                .Keys.Where(item =>
                    OurWays.Any(way => columns[way][item] == "allowed")
                    && (columns["docker"][item] == "denied" || columns["buildah"][item] == "denied")
                    && !documented.Contains($"`{item}`", StringComparison.Ordinal)
                )
                .ToList();
            // The machine's network, which an ordinary user's command has where slirp4netns cannot work.
            if (!isOwn)
                more.RemoveAll(SandboxProbeTests.OfTheMachinesNetwork.Contains);
            Assert.True(
                more.Count == 0,
                "Allowed here, denied by Docker or buildah, and not in docs/security.md: " + string.Join(", ", more)
            );
        }
        finally
        {
            await Shell.RunAsync("losetup", "--detach", loop);
        }
    }

    /// <summary>What the table asks an ordinary user for: no test by itself, and only run when it is asked
    /// for.</summary>
    [Fact(Explicit = true)]
    public async Task What_a_command_of_an_ordinary_user_can_do()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("HOME")!, Answers);
        var words = await File.ReadAllLinesAsync(Path.Combine(folder, "words"), TestContext.Current.CancellationToken);
        foreach (var way in Ways)
        {
            using var running = new RunningBase();
            var warnings = new List<string>();
            var answers = await SandboxProbe.AskAsync(Path.Combine(folder, "probe"), running, way, words, warnings.Add);
            var lines = answers.Select(answer => $"{answer.Key}\t{answer.Value}");
            await File.WriteAllLinesAsync(Path.Combine(folder, way), lines, TestContext.Current.CancellationToken);
            if (warnings.Count > 0)
                await File.WriteAllLinesAsync(
                    Path.Combine(folder, Warnings),
                    warnings,
                    TestContext.Current.CancellationToken
                );
        }
    }

    // True where the commands have a network of their own.
    private static async Task<bool> AskUserAsync(
        SandboxProbe probe,
        string[] words,
        Dictionary<string, Dictionary<string, string>> columns
    )
    {
        await using var user = await OrdinaryUser.CreateAsync("ctz-table");
        var folder = Directory.CreateDirectory(Path.Combine(user.Folder, Answers)).FullName;
        File.Copy(probe.Path, Path.Combine(folder, "probe"));
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        await File.WriteAllLinesAsync(Path.Combine(folder, "words"), words, TestContext.Current.CancellationToken);
        await user.TestAsync(
            "-explicit",
            "only",
            "-method",
            "*.SandboxTableTests.What_a_command_of_an_ordinary_user_can_do"
        );
        foreach (var way in Ways)
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(folder, way), TestContext.Current.CancellationToken);
            columns[OfUser(way)] = SandboxProbe.Read(lines);
        }

        return !File.Exists(Path.Combine(folder, Warnings));
    }

    private static string OfUser(string way) => way + "-user";

    private static async Task<Dictionary<string, string>> OursAsync(string way, SandboxProbe probe, string[] words)
    {
        using var running = new RunningBase();
        return await SandboxProbe.AskAsync(probe.Path, running, way, words, warning => Assert.Fail(warning));
    }

    // A context for the peers, which have no better network here than none: what they deny by that, they deny with one,
    // too.
    private static string Context(string folder, string name, string probe, string[] words)
    {
        var context = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.Copy(probe, Path.Combine(context, "probe"));
        File.WriteAllText(
            Path.Combine(context, "Dockerfile"),
            $"FROM scratch\nCOPY probe /probe\nRUN [{string.Join(", ", words.Select(word => $"\"{word}\""))}]\n"
        );
        return context;
    }

    private async Task<Dictionary<string, string>> DockerAsync(string context)
    {
        var result = await DockerEngine.RunAsync(
            (await machine.Docker).Command("build", "--network", "none", "--no-cache", context) with
            {
                Environment = new Dictionary<string, string?>
                {
                    ["DOCKER_BUILDKIT"] = "0",
                    ["DOCKER_CONFIG"] = context,
                },
            }
        );
        return SandboxProbe.Read(result.Expect(0).Lines);
    }

    private static async Task<Dictionary<string, string>> BuildahAsync(string context, string store) =>
        SandboxProbe.Read(
            (
                await Shell.RunAsync(
                    "buildah",
                    "--root",
                    store,
                    "--runroot",
                    store + "-run",
                    "--storage-driver",
                    "vfs",
                    "bud",
                    "--runtime",
                    "runc",
                    "--isolation",
                    "oci",
                    "--network",
                    "none",
                    "--no-cache",
                    context
                )
            ).Lines
        );

    private void Print(Dictionary<string, Dictionary<string, string>> columns)
    {
        var text = new StringBuilder($"{"", -52}{string.Concat(columns.Keys.Select(name => $"{name, -13}"))}\n");
        foreach (var item in columns["crun"].Keys)
        {
            var row = columns.Values.Select(column =>
                $"{(column.GetValueOrDefault(item) == "allowed" ? "ALLOWED" : "-"), -13}"
            );
            text.Append(CultureInfo.InvariantCulture, $"{item, -52}{string.Concat(row)}\n");
        }
        output.WriteLine(text.ToString());
    }
}
