using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Tests.Dockerfiles;

/// <summary>Secrets of commands: seen by the command that names them, and by no other and in no message.</summary>
public sealed class RunningSecretTests : IDisposable
{
    private const string Secret = "a secret of 27 characters!!";

    private readonly RunningBase _base = new();

    public static TheoryData<string> Ways => RunningTests.Ways;

    public void Dispose() => _base.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_secret_is_seen_by_its_command_and_by_nobody_else(string way)
    {
        var found = new List<string>();
        var lines = new List<string>();
        var request = _base.Request(
            "stat -c '%a %u:%g' /run/secrets/token; [ \"$(cat /run/secrets/token)\" = \"$TOKEN\" ] && echo "
                + "same; cat /run/secrets/token; echo; echo now; sleep 1; echo done > /done"
        ) with
        {
            Mounts =
            [
                new SecretMount("/run/secrets/token", "token", Encoding.UTF8.GetBytes(Secret))
                {
                    Variable = "TOKEN",
                    Uid = 1000,
                    Gid = 29,
                    Mode = 0b100_100_000,
                },
            ],
            Output = line =>
            {
                lines.Add(line);
                if (line == "now")
                    found.AddRange(FoundIn(_base.Folder("")).Concat(CommandLinesWithSecret()));
            },
        };
        await using var changes = await _base.Runner(way).RunAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(["440 1000:29", "same", "***", "now"], lines);
        Assert.Empty(found);
        var image = _base.With(_base.Image, changes.Entries);
        Assert.Equal(["/done"], changes.Entries.Select(entry => entry.Path.Text));
        Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(image.Config.Bytes.Span), StringComparison.Ordinal);
        Assert.Empty(FoundIn(_base.Folder("")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_secret_is_in_no_message(string way)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base.RunAsync(
                way,
                _base.Request("echo it is $(cat /s); false") with
                {
                    Mounts = [new SecretMount("/s", "token", Encoding.UTF8.GetBytes(Secret + "\n"))],
                }
            )
        );
        Assert.EndsWith("Its last lines:\nit is ***", exception.Message, StringComparison.Ordinal);
    }

    // Every byte of every file, and of every name.
    private static IEnumerable<string> FoundIn(string folder) =>
        Directory
            .EnumerateFiles(
                folder,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    IgnoreInaccessible = true,
                    AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
                }
            )
            .Where(file =>
                new FileInfo(file).UnixFileMode != UnixFileMode.None
                && Bytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0
            );

    private static IEnumerable<string> CommandLinesWithSecret() =>
        Directory
            .GetDirectories("/proc")
            .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Where(folder =>
                Bytes(Path.Combine(folder, "cmdline")).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0
            );

    private static byte[] Bytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
