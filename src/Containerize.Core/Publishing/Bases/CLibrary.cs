using Containerize.Entries;

namespace Containerize.Publishing.Bases;

/// <summary>The C libraries of Linux that .NET has runtimes for; a program for one does not start with the
/// other.</summary>
public enum CLibrary
{
    /// <summary>GNU's, of Debian, Ubuntu, Azure Linux and most others.</summary>
    Glibc,

    /// <summary>Alpine's.</summary>
    Musl,
}

/// <summary>The names of C libraries.</summary>
internal static class CLibraries
{
    /// <summary>The C library that a .NET runtime identifier is for: <c>linux-musl-x64</c> names musl; null outside of
    /// Linux.</summary>
    public static CLibrary? Of(string runtimeIdentifier) =>
        runtimeIdentifier.StartsWith("linux-musl-", StringComparison.Ordinal) ? CLibrary.Musl
        : runtimeIdentifier.StartsWith("linux-", StringComparison.Ordinal) ? CLibrary.Glibc
        : null;

    /// <summary>The C library that a program is linked with; null where it names none.</summary>
    public static CLibrary? Of(ProgramFile program)
    {
        if (program.Interpreter is null)
            return null;
        if (program.Interpreter.Contains("/ld-musl", StringComparison.Ordinal))
            return CLibrary.Musl;
        if (
            program.Interpreter.Contains("/ld-linux", StringComparison.Ordinal)
            || program.Interpreter.Contains("/ld64.so", StringComparison.Ordinal)
        )
            return CLibrary.Glibc;
        return null;
    }

    /// <summary>The name as users know it, with a distribution that has it.</summary>
    public static string Text(this CLibrary library) =>
        library == CLibrary.Musl ? "musl (Alpine)" : "glibc (Debian, Ubuntu and others)";
}
