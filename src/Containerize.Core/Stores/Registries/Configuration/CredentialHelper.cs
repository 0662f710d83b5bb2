using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Stores.Registries.Configuration;

/// <summary>A program that keeps credentials: <c>docker-credential-NAME get</c> (docker-credential-helpers,
/// "Development").</summary>
/// <param name="name">Its name; letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, so that it names a program and
/// nothing else.</param>
/// <param name="environment">Where <c>PATH</c> is, and what the program sees.</param>
internal sealed partial class CredentialHelper(string name, MachineEnvironment environment)
{
    private const int LongestAnswer = 64 * 1024;

    /// <summary>How long it may take; some ask the user to unlock something.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Asks for the credential of a server; null when the helper has none.</summary>
    /// <exception cref="ContainerizeException">CTZ0061 when there is no such helper, or it fails, or takes too
    /// long.</exception>
    public async Task<Credential?> GetAsync(string server, CancellationToken cancellationToken)
    {
        if (!NamePattern().IsMatch(name))
            throw Failed("its name is not one of a program");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var (exitCode, output, error) = await RunAsync(server, limit.Token).ConfigureAwait(false);
            // The protocol has no code for "not found": it is this sentence, on the output.
            return output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) ? null
                : exitCode == 0 ? Read(output)
                : throw Failed($"it ended with {exitCode}: {SingleLineText.Of(output.Length > 0 ? output : error)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"it took longer than {Limit.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception)
        {
            throw Failed(SingleLineText.Of(exception.Message), exception);
        }
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string server,
        CancellationToken cancellationToken
    )
    {
        var utf8 = new UTF8Encoding(false);
        var start = new ProcessStartInfo(Find() ?? throw Failed("there is no such program on the PATH"), ["get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var (variable, value) in environment.Variables)
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        try
        {
            var output = ReadAsync(process.StandardOutput, cancellationToken);
            var error = ReadAsync(process.StandardError, cancellationToken);
            await WriteAsync(process.StandardInput, server, cancellationToken).ConfigureAwait(false);
            // A helper whose output is not read waits for ever, so all that it writes is read; only the beginning
            // counts.
            var ((answer, isWhole), (errors, _)) = (
                await output.ConfigureAwait(false),
                await error.ConfigureAwait(false)
            );
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return isWhole
                ? (process.ExitCode, answer, errors)
                : throw Failed($"its answer is longer than {LongestAnswer / 1024} KiB");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // A helper may answer without reading what it is asked.
    private static async Task WriteAsync(StreamWriter input, string server, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(server.AsMemory(), cancellationToken).ConfigureAwait(false);
            input.Close();
        }
        catch (IOException) { }
    }

    private static async Task<(string Beginning, bool IsWhole)> ReadAsync(
        StreamReader reader,
        CancellationToken cancellationToken
    )
    {
        var buffer = new char[LongestAnswer];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken).ConfigureAwait(false);
        var beginning = new string(buffer, 0, length).Trim();
        var isWhole = true;
        while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0)
            isWhole = false;
        return (beginning, isWhole);
    }

    private string? Find()
    {
        var endings = Path.DirectorySeparatorChar == '\\' ? [".exe", ".cmd"] : new[] { "" };
        return (environment.Variable("PATH") ?? environment.Variable("Path") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, $"docker-credential-{name}{ending}")))
            .FirstOrDefault(File.Exists);
    }

    private Credential? Read(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            var (username, secret) = (Text(json.RootElement, "Username"), Text(json.RootElement, "Secret"));
            return secret.Length == 0 ? null
                : username == "<token>" ? new Credential("", "", $"docker-credential-{name}") { IdentityToken = secret }
                : new Credential(username, secret, $"docker-credential-{name}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Failed("its answer is not the JSON that was expected");
        }
    }

    private static string Text(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private ContainerizeException Failed(string why, Exception? inner = null) =>
        new(
            DiagnosticTable.CredentialHelperFailed,
            $"The credential helper 'docker-credential-{SingleLineText.Of(name)}' cannot be used: {why}. "
                + "It is named in a Docker or Podman configuration file ('credHelpers' or 'credsStore'): install "
                + "it, or take it out there and log in again.",
            inner
        );

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
