using System.Collections.Immutable;

namespace Containerize.Packages;

/// <summary>
/// The files of the base <c>packages</c> that no .NET app reads. They are left out as long as nothing but the base is
/// installed: what else is installed may read them.
/// </summary>
public static class UnreadFiles
{
    /// <summary>Globs as <see cref="Unpacking.PackageExclusions"/> reads them, each with its reason.</summary>
    public static ImmutableArray<(string Glob, string Reason)> Entries { get; } =
    [
        ("usr/lib/*/gconv/**", "tables of iconv(3): .NET has its own encodings"),
        ("usr/lib/*/libicuio.so.*", "ICU for files of C"),
        ("usr/lib/*/libicutest.so.*", "tests of ICU"),
        ("usr/lib/*/libicutu.so.*", "builds the data of ICU"),
        (
            "usr/lib/*/engines-*/**",
            "hardware that OpenSSL uses where openssl.cnf names it, which the base does not have"
        ),
        ("usr/lib/*/libmvec.so.*", "vectors for code of C compilers"),
        ("usr/lib/*/libnsl.so.*", "NIS, which glibc has given up"),
        ("usr/lib/*/libnss_compat.so.*", "a source of names that nsswitch.conf does not name"),
        ("usr/lib/*/libnss_hesiod.so.*", "a source of names that nsswitch.conf does not name"),
        ("usr/lib/*/libBrokenLocale.so.*", "for programs of the nineties"),
        ("usr/lib/*/libc_malloc_debug.so.*", "finds faults of programs in C"),
        ("usr/lib/*/libmemusage.so", "finds faults of programs in C"),
        ("usr/lib/*/libpcprofile.so", "finds faults of programs in C"),
        ("usr/lib/*/libthread_db.so.*", "a debugger loads it, and the base has none"),
        ("usr/lib/*/audit/**", "watches the dynamic loader"),
        ("usr/share/gcc/**", "a debugger loads it, and the base has none"),
        ("usr/share/gdb/**", "a debugger loads it, and the base has none"),
        ("usr/share/zoneinfo/posix/**", "the zones for a second time"),
        ("usr/share/zoneinfo/right/**", "zones that count leap seconds, which .NET does not"),
    ];

    /// <summary>The globs for an app.</summary>
    /// <param name="libraries">The names of libraries that the app is linked with, which stay.</param>
    public static string Globs(IEnumerable<string> libraries) =>
        string.Join(';', Entries.Select(entry => entry.Glob).Concat(libraries.Select(name => $"!usr/lib/*/{name}")));
}
