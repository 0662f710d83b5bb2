using Containerize.Contexts;
using Containerize.Core.Tests.Dockerfiles;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Packages.Sources;

namespace Containerize.Core.Tests.Diagnostics;

/// <summary>A file from the network ends early for one of two reasons: the connection, or this machine's disk. Each has
/// an error of its own, since only one of them is about the address.</summary>
public sealed class BrokenTransferTests : IDisposable
{
    private const int NoSpaceLeft = 28;

    private readonly TestBuild _build = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _build.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_package_on_a_full_disk_is_no_fault_of_its_source()
    {
        File.WriteAllText(_folder["file"], "content");
        using var http = new HttpClient();
        var exception = await Assert.ThrowsAsync<IOException>(() =>
            new PackageTransport(http, new TransferOptions()).FetchAsync(
                new Uri(_folder["file"]),
                "/dev/full",
                most: 100,
                "The package",
                work: null,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(DiagnosticTable.DiskFull, FullDisk.Of(exception)!.Diagnostic);
    }

    [Theory]
    [InlineData(NoSpaceLeft, "CTZ0177")]
    [InlineData(104, "CTZ0133")]
    public async Task ADD_of_a_URL_tells_a_full_disk_from_a_broken_connection(int number, string code)
    {
        using var http = new HttpClient(new EndingEarly(number));
        var build = _build.Options("FROM scratch\nADD http://127.0.0.1/file /\n") with { Http = http };
        var exception = await Assert.ThrowsAnyAsync<Exception>(() =>
            build.RunAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(code, (exception as ContainerizeException ?? FullDisk.Of(exception)!).Diagnostic.Code);
    }

    [Theory]
    [InlineData(NoSpaceLeft, "CTZ0177")]
    [InlineData(104, "CTZ0233")]
    public async Task A_context_from_a_URL_tells_a_full_disk_from_a_broken_connection(int number, string code)
    {
        using var http = new HttpClient(new EndingEarly(number));
        var exception = await Assert.ThrowsAnyAsync<Exception>(() =>
            ContextSource.OpenAsync(
                "http://127.0.0.1/context.tar",
                _folder.Root,
                Directory.CreateDirectory(_folder["work"]).FullName,
                () => Stream.Null,
                http,
                isOffline: false,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(code, (exception as ContainerizeException ?? FullDisk.Of(exception)!).Diagnostic.Code);
    }

    // An answer whose body fails in the middle with a number of the system (errno(3)).
    private sealed class EndingEarly(int number) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new EndingStream(number)) });
    }

    private sealed class EndingStream(int number) : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("ended", number);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("ended", number);

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => throw new IOException("ended", number);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new IOException("ended", number);
    }
}
