using System.Diagnostics;
using System.Globalization;

namespace Containerize.Bench;

/// <summary>What a command took.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="Processor">Seconds that processors spent on it.</param>
/// <param name="Peak">The memory of its largest process, in MiB.</param>
internal sealed record Cost(double Seconds, double Processor, double Peak)
{
    /// <summary>What one takes more than the other.</summary>
    public static Cost operator -(Cost one, Cost other) =>
        new(one.Seconds - other.Seconds, one.Processor - other.Processor, one.Peak - other.Peak);

    /// <summary>One after the other.</summary>
    public static Cost operator +(Cost one, Cost other) =>
        new(one.Seconds + other.Seconds, one.Processor + other.Processor, Math.Max(one.Peak, other.Peak));
}

/// <summary>Runs commands; one that fails ends the bench with its output.</summary>
internal static class Shell
{
    /// <summary>Runs a command and measures it with time(1), its children included.</summary>
    public static Cost Measure(string folder, params IEnumerable<string> command)
    {
        var report = Path.GetTempFileName();
        Run(folder, ["/usr/bin/time", "-f", "%e %U %S %M", "-o", report, .. command]);
        var numbers = File.ReadAllLines(report)[^1]
            .Split(' ')
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        File.Delete(report);
        return new Cost(numbers[0], numbers[1] + numbers[2], numbers[3] / 1024);
    }

    /// <summary>Runs a command and returns what it wrote.</summary>
    public static string Run(string folder, params IEnumerable<string> command)
    {
        var (name, arguments) = (command.First(), command.Skip(1));
        using var process = Process.Start(
            new ProcessStartInfo(name, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{string.Join(' ', command)}\nended with {process.ExitCode}:\n"
                    + $"{output}{errors.GetAwaiter().GetResult()}"
            );
    }
}
