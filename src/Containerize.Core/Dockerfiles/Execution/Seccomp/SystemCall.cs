using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Containerize.Dockerfiles.Execution.Seccomp;

/// <summary>A system call of Linux, by the names of libseccomp.</summary>
/// <param name="Name">Its name.</param>
/// <param name="X64">Its number on x86-64; null where it is not there.</param>
/// <param name="X86">Its number for 32-bit programs on x86.</param>
/// <param name="Arm64">Its number on arm64.</param>
/// <param name="IsAllowed">Whether a command of <c>RUN</c> may call it, perhaps with some arguments only.</param>
internal sealed record SystemCall(string Name, int? X64, int? X86, int? Arm64, bool IsAllowed)
{
    private static readonly Lazy<ImmutableArray<SystemCall>> Known = new(Read);

    /// <summary>All that this version knows, by name.</summary>
    public static ImmutableArray<SystemCall> All => Known.Value;

    /// <summary>The number on a machine; null where the call is not there or the machine is not known.</summary>
    public int? NumberOn(Architecture architecture) =>
        architecture switch
        {
            Architecture.X64 => X64,
            Architecture.X86 => X86,
            Architecture.Arm64 => Arm64,
            _ => null,
        };

    private static ImmutableArray<SystemCall> Read()
    {
        using var stream = typeof(SystemCall).Assembly.GetManifestResourceStream("SystemCalls.txt")!;
        using var reader = new StreamReader(stream);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line[0] != '#')
                .Select(Parse),
        ];
    }

    private static SystemCall Parse(string line)
    {
        var words = line.Split(' ');
        return new SystemCall(words[0], Number(words[1]), Number(words[2]), Number(words[3]), words[4] == "yes");

        static int? Number(string word) => word == "-" ? null : int.Parse(word, CultureInfo.InvariantCulture);
    }
}
