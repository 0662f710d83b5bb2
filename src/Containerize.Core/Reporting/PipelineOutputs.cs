using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Reporting;

/// <summary>What the later steps of a pipeline learn of an image, in the form of the system that runs it.</summary>
/// <param name="Values">Names, of letters, digits and <c>_</c>, with their values.</param>
public sealed record PipelineOutputs(ImmutableArray<KeyValuePair<string, string>> Values)
{
    private const int MostTries = 100;

    /// <summary>
    /// <c>image</c>, the first of the names, <c>images</c>, all of them, a line each, and <c>digest</c>. Of one of
    /// several projects that end in the same step, the project's name and <c>_</c> stand before each.
    /// </summary>
    /// <param name="names">The full names.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="project">The project's name; null when it is the only one.</param>
    public static PipelineOutputs Of(ImmutableArray<ImageReference> names, Digest digest, string? project)
    {
        var prefix = project is null ? "" : PrefixOf(project);
        return new PipelineOutputs([
            new(prefix + "image", names[0].ToString()),
            new(prefix + "images", string.Join('\n', names)),
            new(prefix + "digest", digest.ToString()),
        ]);
    }

    /// <summary>What stands before the outputs of one of several projects: two that have the same would overwrite each
    /// other's.</summary>
    /// <param name="project">The project's name.</param>
    public static string PrefixOf(string project) =>
        string.Concat(project.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')) + "_";

    /// <summary>The lines for the file that GitHub Actions names in <c>GITHUB_OUTPUT</c>.</summary>
    public string ToGitHub()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Values)
        {
            if (value.AsSpan().IndexOfAny('\r', '\n') < 0)
                text.Append(name).Append('=').Append(value).Append('\n');
            else
                text.Append(name)
                    .Append("<<")
                    .Append(Delimiter(value))
                    .Append('\n')
                    .Append(value)
                    .Append('\n')
                    .Append(Delimiter(value))
                    .Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The lines that Azure Pipelines reads from a step's output: variables that other steps and jobs can
    /// see.</summary>
    public IEnumerable<string> ToAzure() =>
        Values.Select(pair => $"##vso[task.setvariable variable={pair.Key};isOutput=true]{Escape(pair.Value)}");

    /// <summary>Adds the lines to GitHub's file, into which other processes may be writing.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <param name="time">The clock that waits go by.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0100 when the file does not take them.</exception>
    public Task AppendToGitHubAsync(string path, TimeProvider time, CancellationToken cancellationToken) =>
        AppendAsync("GITHUB_OUTPUT", path, ToGitHub(), time, cancellationToken);

    /// <summary>
    /// Adds the images that were pushed to the file that GitHub Actions names in <c>GITHUB_ARTIFACTS</c>, an address
    /// with its digest in a line for each repository: <c>oci://registry/name:tag@sha256:…</c>. An attestation of the
    /// job's artifacts needs no other input.
    /// </summary>
    /// <param name="names">The full names.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="path">The file's absolute path.</param>
    /// <param name="time">The clock that waits go by.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0100 when the file does not take them.</exception>
    public static Task AppendArtifactsAsync(
        ImmutableArray<ImageReference> names,
        Digest digest,
        string path,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        AppendAsync(
            "GITHUB_ARTIFACTS",
            path,
            string.Concat(names.DistinctBy(name => name.Name).Select(name => $"oci://{name}@{digest}\n")),
            time,
            cancellationToken
        );

    private static async Task AppendAsync(
        string variable,
        string path,
        string text,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
                Append(file, text);
                return;
            }
            catch (Exception exception)
                when (exception is UnauthorizedAccessException
                    || (exception is IOException && (tried == MostTries || FullDisk.Is(exception)))
                )
            {
                throw new ContainerizeException(
                    DiagnosticTable.PipelineOutputNotWritten,
                    $"The outputs of the image cannot be written to {variable} '{path}': {exception.Message} "
                        + "The image is where it should be; steps that come after do not hear of it.",
                    exception
                );
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Half a line would be an output with a wrong value.
    private static void Append(FileStream file, string text)
    {
        var length = file.CanSeek ? file.Length : 0;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException) when (file.CanSeek)
        {
            file.SetLength(length);
            throw;
        }
    }

    // Any word that is no line of the value.
    private static string Delimiter(string value)
    {
        var lines = value.Split('\n').Select(line => line.TrimEnd('\r')).ToHashSet(StringComparer.Ordinal);
        var word = "END";
        while (lines.Contains(word))
            word += "_";
        return word;
    }

    // The agent's own escapes; the percent sign's is its newest.
    private static string Escape(string value) =>
        value
            .Replace("%", "%AZP25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);
}
