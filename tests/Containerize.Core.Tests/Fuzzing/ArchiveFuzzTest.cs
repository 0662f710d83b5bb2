using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>What tests of nearly right archives share.</summary>
public abstract class ArchiveFuzzTest : IDisposable
{
    protected static readonly byte[][] Tars =
    [
        RawTar.Of([
            RawTar.Entry('5', "d/"),
            RawTar.Entry('0', "d/f", "content"u8.ToArray()),
            RawTar.Entry('2', "d/l", link: "f"),
            RawTar.Entry('1', "d/h", link: "d/f"),
        ]),
        RawTar.Of([
            RawTar.Pax(
                ("path", "a/very/long/ü"),
                ("size", "3"),
                ("uid", "3000000000"),
                ("mtime", "1.5"),
                ("SCHILY.xattr.user.a", "\u0001\u00ff")
            ),
            RawTar.Entry('0', "x", "abc"u8.ToArray()),
        ]),
        RawTar.Of([
            RawTar.Long('L', new string('n', 200)),
            RawTar.Long('K', new string('k', 200)),
            RawTar.Entry('2', "x", link: "y"),
        ]),
        RawTar.Of([
            RawTar.Entry('0', "a/.wh.b"),
            RawTar.Entry('0', "c/.wh..wh..opq"),
            RawTar.Entry('3', "dev"),
            RawTar.Entry('6', "pipe"),
            RawTar.Entry('g', "pax", "12 comment=x\n"u8.ToArray()),
        ]),
    ];

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    // What these readers throw for damage, which the code that calls them makes a coded error of (LayerTar,
    // ArchiveTree, DebFile).
    protected static void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception)
            when (exception is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new ContainerizeException(DiagnosticTable.InvalidManifest, exception.Message, exception);
        }
    }

    protected static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
