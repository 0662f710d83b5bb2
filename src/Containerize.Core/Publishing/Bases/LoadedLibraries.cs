using System.Collections.Immutable;
using System.Text;
using Containerize.Entries;

namespace Containerize.Publishing.Bases;

/// <summary>
/// The libraries of the operating system that a published app loads: those that its native files are linked with, and
/// OpenSSL where it is opened by name, as the runtime does it.
/// </summary>
/// <param name="Names">The names, as ELF has them, and <see cref="OpenSsl"/>.</param>
/// <param name="AreAll">Whether the app loads no others: unknown for one that loads code later, or of which UPX hides a
/// part.</param>
public sealed record LoadedLibraries(ImmutableSortedSet<string> Names, bool AreAll)
{
    /// <summary>The name that stands for OpenSSL.</summary>
    public const string OpenSsl = "libssl.so";

    // The part of the runtime that opens OpenSSL lies in every self-contained folder; these assemblies alone call it.
    private const string Shim = "libSystem.Security.Cryptography.Native.OpenSsl.so";

    // Before .NET 7 each kind of cryptography had an assembly of its own.
    private static readonly ImmutableArray<string> Callers =
    [
        "System.Security.Cryptography.dll",
        "System.Security.Cryptography.Algorithms.dll",
        "System.Security.Cryptography.OpenSsl.dll",
        "System.Security.Cryptography.X509Certificates.dll",
        "System.Net.Security.dll",
        "System.Net.Quic.dll",
    ];

    private static readonly ImmutableArray<byte[]> Packer = ["UPX!"u8.ToArray()];

    private static readonly ImmutableArray<byte[]> Texts =
    [
        .. new[] { "libssl", "libcrypto" }.SelectMany(name =>
            new[] { Encoding.ASCII.GetBytes(name), Encoding.Unicode.GetBytes(name) }
        ),
    ];

    /// <summary>Looks through native files, and for an app that loads nothing later also for names that are
    /// opened.</summary>
    /// <param name="files">The full paths of what the image has: what was published, and what is added.</param>
    /// <param name="isWhole">Whether the app loads nothing but these.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be
    /// read.</exception>
    public static LoadedLibraries Of(ImmutableArray<string> files, bool isWhole)
    {
        var names = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        var calls = files.Any(file => Callers.Contains(Path.GetFileName(file)));
        foreach (var file in files)
        {
            var isAssembly = file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
            if ((isAssembly && !isWhole) || !File.Exists(file))
                continue;
            using var stream = FileContent.FromFile(file).Open();
            var linked = ElfLibraries.Read(stream);
            names.UnionWith(linked ?? []);
            if (!isWhole || (linked is null && !isAssembly))
                continue;
            if (Holds(stream, Packer))
                isWhole = false;
            if ((calls || Path.GetFileName(file) != Shim) && Holds(stream, Texts))
                names.Add(OpenSsl);
        }

        return new LoadedLibraries(names.ToImmutable(), isWhole);
    }

    private static bool Holds(Stream stream, ImmutableArray<byte[]> texts)
    {
        stream.Position = 0;
        var buffer = new byte[1 << 18];
        var longest = texts.Max(text => text.Length);
        var kept = 0;
        while (stream.Read(buffer, kept, buffer.Length - kept) is var read and > 0)
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, kept + read);
            foreach (var text in texts)
            {
                if (bytes.IndexOf(text) >= 0)
                    return true;
            }

            // A text may lie on both sides of the buffer's end.
            kept = Math.Min(bytes.Length, longest - 1);
            bytes[^kept..].CopyTo(buffer);
        }

        return false;
    }
}
