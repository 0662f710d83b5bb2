using System.Text;
using Containerize.Diagnostics;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Tool.Output;

/// <summary>
/// Where words go: results to standard output, all else to standard error. Colours and bars are for terminals that can
/// show them; NO_COLOR (no-color.org) takes the colours away.
/// </summary>
internal sealed class Screen : IDisposable
{
    private const string Red = "\e[31m";
    private const string Yellow = "\e[33m";
    private const string Bold = "\e[1m";
    private const string Plain = "\e[0m";

    private readonly Lock _lock = new();
    private readonly bool _hasColours;

    public Screen(TextWriter output, TextWriter errors, bool isTerminal, bool outputIsTerminal, bool hasColours)
    {
        Output = output;
        Errors = errors;
        IsTerminal = isTerminal;
        OutputIsTerminal = outputIsTerminal;
        _hasColours = hasColours;
    }

    /// <summary>Standard output.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Errors { get; }

    /// <summary>Whether standard error is a terminal that can go back in its lines.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether standard output is one.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Whether colours may be shown at all.</summary>
    public bool HasColours => _hasColours;

    /// <summary>The progress that is shown at the moment, if any; it makes room for what is written.</summary>
    public ILiveProgress? Live { get; set; }

    public static Screen OfThisProcess(MachineEnvironment environment)
    {
        var canMove = environment.Variable("TERM") != "dumb";
        return new Screen(
            Open(OpenStandardOutput()),
            Open(new StandardStream(Console.OpenStandardError(), isOutput: false), autoFlush: true),
            canMove && !Console.IsErrorRedirected,
            canMove && !Console.IsOutputRedirected,
            environment.Variable("NO_COLOR") is null
        );

        static StreamWriter Open(Stream stream, bool autoFlush = false) =>
            new(stream, new UTF8Encoding(false), 1 << 14) { NewLine = "\n", AutoFlush = autoFlush };
    }

    /// <summary>Opens standard output for bytes.</summary>
    public static Stream OpenStandardOutput() => new StandardStream(Console.OpenStandardOutput(), isOutput: true);

    /// <summary>Writes a line of the result.</summary>
    public void Write(string line = "") => Output.WriteLine(line);

    /// <summary>A heading in the result: bold on a terminal.</summary>
    public void Heading(string text) =>
        Output.WriteLine(OutputIsTerminal && _hasColours ? $"{Bold}{text}{Plain}" : text);

    /// <summary>Writes a line about what goes on.</summary>
    public void Note(string line) => Error(line);

    /// <summary>Writes a hint that is less than a warning.</summary>
    public void Hint(string line) => Error(line);

    public void Warn(string line) => Error($"{Coloured("warning", Yellow)}: {line}");

    public void Warn(Diagnostic diagnostic, string message) =>
        Error($"{Coloured("warning", Yellow)} {diagnostic.Code}: {CommandAdvice.Of(message)}");

    public void Fail(string message) => Error($"{Coloured("error", Red)}: {message}");

    /// <summary>Writes a coded problem with the page that says what to do.</summary>
    public void Fail(ContainerizeException exception) =>
        Error(
            $"{Coloured("error", Red)} {exception.Diagnostic.Code}: {CommandAdvice.Of(exception.Message)}\n  "
                + $"help: {Page(exception.Diagnostic)}"
        );

    /// <summary>Whether the reader of our output has ended.</summary>
    public bool IsBrokenPipe(Exception exception) => !OutputIsTerminal && StandardStream.IsBrokenPipe(exception);

    public void Flush()
    {
        try
        {
            Output.Flush();
        }
        catch (IOException exception) when (IsBrokenPipe(exception)) { }
    }

    public void Dispose()
    {
        Flush();
        Errors.Flush();
    }

    // The pages lie in the package: they are there without a network and fit this version.
    private static string Page(Diagnostic diagnostic) =>
        Path.GetFullPath(Path.Combine(ToolHost.ProgramFolder, "..", "..", diagnostic.Page));

    private string Coloured(string text, string colour) => IsTerminal && _hasColours ? colour + text + Plain : text;

    private void Error(string text)
    {
        lock (_lock)
        {
            if (Live is { } live)
                live.Above(text);
            else
                Errors.WriteLine(text);
        }
    }
}

/// <summary>Something that is shown at the end of a terminal's lines and changes there.</summary>
internal interface ILiveProgress
{
    /// <summary>Writes a text above it.</summary>
    void Above(string text);
}
