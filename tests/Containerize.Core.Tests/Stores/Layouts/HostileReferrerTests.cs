using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Stores.Layouts;

/// <summary>What a stranger may write into a layout beside an image.</summary>
public sealed class HostileReferrerTests : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly Image Subject = TestImages.Create("subject", 10);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gone", "has no 'blobs/sha256/")]
    [InlineData("other bytes", "should have the digest")]
    [InlineData("longer", "is longer")]
    [InlineData("a link out", "leads out of the folder")]
    [InlineData("a link to itself", "leads out of the folder by a symbolic link, or in circles")]
    [InlineData("a long size", "is 1099511627776 bytes long")]
    [InlineData("no manifest", "'layers' is missing")]
    [InlineData("a broken subject", "'subject'")]
    public async Task One_that_is_broken_is_left_out_and_counted_and_the_other_is_found(string kind, string why)
    {
        var (good, bad) = (About("good"), About("bad"));
        await LayAsync(good, bad);
        await BreakAsync(kind, bad);
        var referrers = Open();
        Assert.Equal(
            good.Descriptor.Digest,
            Assert.Single(await referrers.FindAsync(Subject.Digest, Cancelled)).Digest
        );
        await referrers.FindAsync(Subject.Digest, Cancelled);
        var warning = Assert.Single(_warnings);
        Assert.Contains("1 of 2 cannot be read and are left out", warning, Ordinal);
        Assert.Contains(why, warning, Ordinal);
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_manifest_is_never_waited_for_and_hides_no_other()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var (good, bad) = (About("good"), About("bad"));
        await LayAsync(good, bad);
        File.Delete(PathOf(bad.Descriptor));
        using (var made = System.Diagnostics.Process.Start("mkfifo", [PathOf(bad.Descriptor)]))
            await made.WaitForExitAsync(Cancelled);
        await AssertUnreadAsync(good, "a pipe");
    }

    [Fact]
    public async Task So_does_a_folder_there()
    {
        var (good, bad) = (About("good"), About("bad"));
        await LayAsync(good, bad);
        File.Delete(PathOf(bad.Descriptor));
        Directory.CreateDirectory(PathOf(bad.Descriptor));
        await AssertUnreadAsync(good, "cannot be read");
    }

    // The other one is found, and that there may be more is known.
    private async Task AssertUnreadAsync(Artifact good, string why)
    {
        var (all, refusal) = await Open()
            .FindOrRefusalAsync(Subject.Digest, Cancelled)
            .WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        Assert.Equal(good.Descriptor.Digest, Assert.Single(all).Digest);
        Assert.Equal(DiagnosticTable.InvalidLayout, refusal?.Diagnostic);
        Assert.Contains(why, refusal!.Message, Ordinal);
        Assert.Contains("1 of 2 cannot be read and are left out", Assert.Single(_warnings), Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_are_found_and_one_more_is_refused()
    {
        await LayAsync([.. Enumerable.Range(0, ReferrerPlace.Most).Select(number => About("one", $"{number}"))]);
        Assert.Equal(ReferrerPlace.Most, (await Open().FindAsync(Subject.Digest, Cancelled)).Length);
        await LayAsync(About("one more"));
        await AssertRefusedAsync("more than 10000");
    }

    [Fact]
    public async Task Manifests_of_more_than_64_MiB_are_refused()
    {
        var annotation = new string('a', 4_000_000);
        await LayAsync([.. Enumerable.Range(0, 17).Select(number => About("one", annotation + number))]);
        await AssertRefusedAsync("take more than 64 MiB");
    }

    [Fact]
    public async Task A_document_is_read_with_its_subject_its_size_and_its_digest_only()
    {
        var (one, of) = (About("one"), About("of another", subject: TestImages.Create("another", 10)));
        await LayAsync(one, of);
        var referrers = Open();
        Assert.Equal("one", Encoding.UTF8.GetString(await ReadAsync(one, 3)));
        await AssertFailsAsync(DiagnosticTable.ReferrersInvalid, () => ReadAsync(of, 100), "about another image");
        await AssertFailsAsync(DiagnosticTable.ReferrersInvalid, () => ReadAsync(one, 2), "at most 2 bytes");
        await File.WriteAllTextAsync(PathOf(one.Blobs[1].Descriptor), "two", Cancelled);
        await AssertFailsAsync(DiagnosticTable.DigestMismatch, () => ReadAsync(one, 3), "should have the digest");
        await File.WriteAllTextAsync(PathOf(one.Blobs[1].Descriptor), "one and more", Cancelled);
        await AssertFailsAsync(DiagnosticTable.SizeMismatch, () => ReadAsync(one, 3), "is longer");
        File.Delete(PathOf(one.Blobs[1].Descriptor));
        File.CreateSymbolicLink(PathOf(one.Blobs[1].Descriptor), "/etc/hostname");
        await AssertFailsAsync(DiagnosticTable.InvalidLayout, () => ReadAsync(one, 3), "leads out of the folder");

        Task<byte[]> ReadAsync(Artifact artifact, int limit) =>
            referrers.ReadAsync(artifact.Descriptor, Subject.Digest, limit, Cancelled);
    }

    [Fact]
    public async Task What_the_disk_does_not_hand_out_is_its_error_and_no_fault_of_the_content()
    {
        var one = About("one");
        await LayAsync(one);
        var document = LayoutFormat.BlobName(one.Blobs[1].Descriptor.Digest);
        var referrers = new LayoutReferrers(new WornFolder(new FolderTree(_folder[""]), document), _warnings.Add);
        var listed = Assert.Single(await referrers.FindAsync(Subject.Digest, Cancelled));
        var error = await Assert.ThrowsAsync<ContainerizeException>(() =>
            referrers.ReadAsync(listed, Subject.Digest, 100, Cancelled)
        );
        Assert.Equal(DiagnosticTable.FileUnreadable, error.Diagnostic);
        Assert.Contains("worn out", error.Message, Ordinal);
        Assert.False(ReferrerPlace.IsFaultOfContent(error));
        Assert.True(ReferrerPlace.IsFaultOfDisk(error));
    }

    private async Task BreakAsync(string kind, Artifact bad)
    {
        var path = PathOf(bad.Descriptor);
        var bytes = await File.ReadAllBytesAsync(path, Cancelled);
        switch (kind)
        {
            case "other bytes":
                bytes[^2] = (byte)' ';
                await File.WriteAllBytesAsync(path, bytes, Cancelled);
                break;
            case "longer":
                await File.WriteAllBytesAsync(path, [.. bytes, .. new byte[100_000]], Cancelled);
                break;
            case "a long size":
                await EditAsync(entry => entry["size"] = 1L << 40);
                break;
            case "no manifest":
                await ReplaceAsync("{\"schemaVersion\":2}");
                break;
            case "a broken subject":
                var json = JsonNode.Parse(bytes)!;
                json["subject"] = "a text";
                await ReplaceAsync(json.ToJsonString());
                break;
            default:
                File.Delete(path);
                if (kind == "a link out")
                    File.CreateSymbolicLink(path, "/etc/hostname");
                else if (kind == "a link to itself")
                    File.CreateSymbolicLink(path, Path.GetFileName(path));
                break;
        }

        async Task ReplaceAsync(string text)
        {
            var blob = Blob.FromBytes(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(text));
            await File.WriteAllTextAsync(PathOf(blob.Descriptor), text, Cancelled);
            await EditAsync(entry =>
            {
                entry["digest"] = blob.Descriptor.Digest.ToString();
                entry["size"] = blob.Descriptor.Size;
            });
        }

        async Task EditAsync(Action<JsonNode> change)
        {
            var index = JsonNode.Parse(await File.ReadAllTextAsync(_folder["index.json"], Cancelled))!;
            var digest = bad.Descriptor.Digest.ToString();
            change(index["manifests"]!.AsArray().Single(each => (string?)each!["digest"] == digest)!);
            await File.WriteAllTextAsync(_folder["index.json"], index.ToJsonString(), Cancelled);
        }
    }

    private Task AssertRefusedAsync(string word) =>
        AssertFailsAsync(DiagnosticTable.ReferrersInvalid, () => Open().FindAsync(Subject.Digest, Cancelled), word);

    private static async Task AssertFailsAsync(Diagnostic diagnostic, Func<Task> action, string word)
    {
        var error = await Assert.ThrowsAsync<ContainerizeException>(action);
        Assert.Equal($"{diagnostic.Code}: {error.Message}", $"{error.Diagnostic.Code}: {error.Message}");
        Assert.Contains(word, error.Message, Ordinal);
    }

    private LayoutReferrers Open() => new(new FolderTree(_folder[""]), _warnings.Add);

    private async Task LayAsync(params Artifact[] referrers)
    {
        var sink = new OciLayoutSink(_folder[""], [ImageReference.Parse("registry.example/app:1.0")]);
        await sink.PushAsync(Subject, Cancelled);
        await sink.AttachAsync([.. referrers], Cancelled);
    }

    private static Artifact About(string text, string annotation = "a", Image? subject = null) =>
        ArtifactManifest.Create(
            (subject ?? Subject).Manifest.Descriptor,
            ImageDocument.Spdx,
            [Blob.FromBytes(ImageDocument.Spdx, Encoding.UTF8.GetBytes(text))],
            new JsonObject { ["a"] = annotation }
        );

    private string PathOf(Descriptor descriptor) => _folder[$"blobs/sha256/{descriptor.Digest.Hex}"];

    /// <summary>A folder of which one file can be opened and not read.</summary>
    private sealed class WornFolder(IFileTree inner, string worn) : IFileTree
    {
        public string Where => inner.Where;

        public Diagnostic Invalid => inner.Invalid;

        public Stream? Open(string name) => name == worn ? new WornStream() : inner.Open(name);
    }

    private sealed class WornStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The disk is worn out.");
    }
}
