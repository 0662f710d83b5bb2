using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Publishing.Files;

namespace Containerize.Publishing.Bases;

/// <summary>
/// The libraries of the operating system that a published app loads: those that its native files are linked with, and
/// OpenSSL where it is opened by name, as the runtime does it.
/// </summary>
public static class LoadedLibraries
{
    /// <summary>The name that stands for OpenSSL.</summary>
    public const string OpenSsl = "libssl.so";

    // The part of the runtime that opens OpenSSL lies in every self-contained folder; these assemblies alone call it.
    private const string Shim = "libSystem.Security.Cryptography.Native.OpenSsl.so";

    private static readonly ImmutableArray<string> Callers =
    [
        "System.Security.Cryptography.dll",
        "System.Net.Security.dll",
        "System.Net.Quic.dll",
    ];

    /// <summary>Looks through the native files.</summary>
    /// <param name="folder">What was published, trimmed or compiled ahead of time: other apps may load what comes
    /// later.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0012 or CTZ0014 for a file that changed or cannot be
    /// read.</exception>
    public static ImmutableSortedSet<string> Of(PublishFolder folder)
    {
        var names = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        var calls = folder.Entries.Any(entry => Callers.Contains(Path.GetFileName(entry.RelativePath)));
        foreach (var entry in folder.Entries.Where(entry => entry.Kind == EntryKind.File))
        {
            using var stream = FileContent.FromFile(entry.FullPath).Open();
            if (ElfLibraries.Read(stream) is not { } linked)
                continue;
            names.UnionWith(linked);
            if ((calls || Path.GetFileName(entry.RelativePath) != Shim) && Opens(stream))
                names.Add(OpenSsl);
        }

        return names.ToImmutable();
    }

    // A program that was packed by UPX does not show what it opens.
    private static bool Opens(Stream stream)
    {
        ReadOnlySpan<byte> library = "libssl.so"u8,
            packer = "UPX!"u8;
        stream.Position = 0;
        var buffer = new byte[1 << 18];
        var kept = 0;
        while (stream.Read(buffer, kept, buffer.Length - kept) is var read and > 0)
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, kept + read);
            if (bytes.IndexOf(library) >= 0 || bytes.IndexOf(packer) >= 0)
                return true;
            // A text may lie on both sides of the buffer's end.
            kept = Math.Min(bytes.Length, library.Length - 1);
            bytes[^kept..].CopyTo(buffer);
        }

        return false;
    }
}
