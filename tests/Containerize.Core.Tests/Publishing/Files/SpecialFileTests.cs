using System.Runtime.InteropServices;
using System.Text;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.IO;
using Containerize.Layers.Caching;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Publishing.Files;

/// <summary>
/// Pipes, devices and odd names where files are expected: an error at once. A pipe waits for a writer for ever, as it
/// does in skopeo and the .NET SDK.
/// </summary>
public sealed class SpecialFileTests : IDisposable
{
    private const uint RegularFileMode = 0x8000 | 0b110_100_100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pipe_in_a_publish_folder()
    {
        Directory.CreateDirectory(_folder["publish"]);
        await File.WriteAllTextAsync(_folder["publish/app.dll"], "app", TestContext.Current.CancellationToken);
        NativeFiles.MakeFifo(_folder["publish/pipe"]);
        Assert.Contains(
            "is a pipe and no file",
            await FailsAsync(
                DiagnosticTable.FileUnreadable,
                () =>
                {
                    LayerPlan.Create(
                        PublishFolder.Read(_folder["publish"], new HashSet<string>()),
                        [],
                        new ContainerSettings()
                    );
                    return Task.CompletedTask;
                }
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_pipe_as_an_archive()
    {
        NativeFiles.MakeFifo(_folder["pipe"]);
        Assert.Contains(
            "is a pipe and no file",
            await FailsAsync(
                DiagnosticTable.InvalidArchive,
                () =>
                    ArchiveSource.OpenAsync(
                        new ImageLocation(_folder["pipe"], null),
                        _folder.Root,
                        TestContext.Current.CancellationToken
                    )
            ),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("oci-layout")]
    [InlineData("index.json")]
    [InlineData("manifest")]
    public async Task A_pipe_in_a_layout(string name)
    {
        await new OciLayoutSink(_folder["layout"], [ImageReference.Parse("a:1")]).PushAsync(TestImage.Of("one"));
        var path =
            name == "manifest"
                ? _folder["layout/blobs/sha256/" + TestImage.Of("one").Digest.Hex]
                : _folder["layout/" + name];
        File.Delete(path);
        NativeFiles.MakeFifo(path);
        var source = new OciLayoutSource(new ImageLocation(_folder["layout"], null));
        await FailsAsync(DiagnosticTable.InvalidLayout, () => source.PullAsync());
        await FailsAsync(
            DiagnosticTable.InvalidLayout,
            async () =>
                await ImageVerification.RunAsync(
                    await source.OpenContentsAsync(TestContext.Current.CancellationToken),
                    TestContext.Current.CancellationToken
                )
        );
    }

    [Theory]
    [InlineData("/dev/zero", "is a device and no file")]
    [InlineData("/dev/tty", "is a device and no file")]
    public void A_device(string path, string expected)
    {
        Assert.Contains(
            expected,
            Assert.Throws<IOException>(() => RegularFile.Open(path)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            expected,
            Assert.Throws<IOException>(() => RegularFile.Copy(path, _folder["copy"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            expected,
            Assert.Throws<IOException>(() => RegularFile.ReadAllText(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_link_to_a_file_is_followed()
    {
        File.WriteAllText(_folder["file"], "text");
        File.CreateSymbolicLink(_folder["link"], "file");
        Assert.Equal("text", RegularFile.ReadAllText(_folder["link"]));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder["nothing"]));
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_a_name()
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(_folder["a"]), 0xFF, (byte)'b', 0];
        Assert.Equal(0, MakeNode(name, RegularFileMode, 0));
        try
        {
            var folder = PublishFolder.Read(_folder.Root, new HashSet<string>());
            Assert.Equal(@"a\xFFb", NameBytes.Show(Assert.Single(folder.Entries).RelativePath));
            using var content = FileContent.FromFile(folder.Entries[0].FullPath).Open();
            Assert.Equal(0, content.Length);
            var hashes = ContentHashes.Read(_folder["hashes"], TimeProvider.System);
            var context = new ContextFiles(_folder.Root, DockerIgnore.Nothing, [], hashes);
            Assert.Equal(@"/a\xFFb", NameBytes.Show(Assert.Single(context.ChildrenOf(ContainerPath.Root)).Path.Text));
        }
        finally
        {
            // .NET cannot remove it.
            Assert.Equal(0, Unlink(name));
        }
    }

    // Were it to hang, this says so: what is asserted is the error.
    private static Task<string> FailsAsync(Diagnostic expected, Func<Task> action) =>
        TestImage.FailsAsync(
            expected,
            () =>
                Task.Run(action, TestContext.Current.CancellationToken)
                    .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)
        );

#pragma warning disable SYSLIB1054 // the test project does not allow unsafe code
    [DllImport("libc", EntryPoint = "mknod")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakeNode(byte[] path, uint mode, ulong device);

    [DllImport("libc", EntryPoint = "unlink")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unlink(byte[] path);
#pragma warning restore SYSLIB1054
}
