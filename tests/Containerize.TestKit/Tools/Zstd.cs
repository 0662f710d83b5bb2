using System.Diagnostics;

namespace Containerize.TestKit.Tools;

/// <summary>The program zstd, which is not the library that we compress with.</summary>
public static class Zstd
{
    /// <summary>The content of a compressed file.</summary>
    /// <exception cref="InvalidDataException">The program does not take it.</exception>
    public static MemoryStream Decompress(string path)
    {
        using var process = Shell.Start(
            new ProcessStartInfo("zstd", ["--quiet", "--decompress", "--stdout", path])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        );
        process.StandardInput.Close();
        var content = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(content);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidDataException($"zstd ended with {process.ExitCode}");
        content.Position = 0;
        return content;
    }
}
