using System.Collections.Immutable;
using System.Text;

namespace Containerize.Dockerfiles.Execution;

/// <summary>Takes what a command writes apart into lines, without the secrets that it was given.</summary>
/// <param name="sink">Takes each line.</param>
/// <param name="secrets">What must not be shown.</param>
internal sealed class RedactingLineReader(Action<string> sink, IEnumerable<ReadOnlyMemory<byte>> secrets)
{
    private const int MostKept = 20;
    private const int LongestLine = 16 * 1024;
    private const int ShortestSecret = 4;

    private readonly Queue<string> _last = new();
    private readonly StringBuilder _line = new();
    private readonly ImmutableArray<string> _secrets =
    [
        .. secrets
            .Select(secret => Encoding.UTF8.GetString(secret.Span))
            .SelectMany(text => text.Split('\n').Append(text))
            .Select(text => text.Trim())
            .Where(text => text.Length >= ShortestSecret)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(text => text.Length),
    ];

    // A line that is cut into pieces is cut where no secret is.
    private int Overlap => _secrets.IsEmpty ? 0 : _secrets[0].Length - 1;

    /// <summary>The last lines that were written.</summary>
    public IReadOnlyCollection<string> Last => _last;

    /// <summary>Reads to the end.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(
            stream,
            Encoding.UTF8,
            detectEncodingFromByteOrderMarks: false,
            leaveOpen: true
        );
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            foreach (var character in buffer.AsMemory(0, read).ToArray())
            {
                if (character == '\n')
                {
                    End();
                    continue;
                }

                if (_line.Length >= LongestLine + Overlap)
                    Cut();
                _line.Append(character);
            }
        }

        if (_line.Length > 0)
            End();
    }

    private void End()
    {
        var line = Masked().TrimEnd('\r');
        _line.Clear();
        Tell(line);
    }

    // A secret that has not been read to its end begins within the overlap, which stays.
    private void Cut()
    {
        var line = Masked();
        _line.Clear().Append(line, line.Length - Math.Min(Overlap, line.Length), Math.Min(Overlap, line.Length));
        Tell(line[..^_line.Length]);
    }

    private string Masked() =>
        _secrets.Aggregate(_line.ToString(), (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));

    private void Tell(string line)
    {
        _last.Enqueue(line);
        if (_last.Count > MostKept)
            _last.Dequeue();
        sink(line);
    }
}
