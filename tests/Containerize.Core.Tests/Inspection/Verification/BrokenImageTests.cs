using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Inspection.Verification;
using Containerize.Stores;
using Containerize.Stores.Contents;
using Containerize.Stores.Layouts;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Inspection.Verification;

/// <summary>
/// What <c>verify</c> says of the corpus. The tests of the tool ask <c>umoci unpack</c> and <c>docker load</c> about
/// the same images: what they refuse is refused here.
/// </summary>
public sealed class BrokenImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. BrokenImages.All.Select(image => image.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void There_are_sixty_of_them_at_least() =>
        Assert.True(BrokenImages.All.Count(image => image.Violation is not null) >= 60);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_image_is_good_or_its_fault_is_said(string name)
    {
        var image = BrokenImages.All.Single(image => image.Name == name);
        image.WriteTo(_folder["layout"]);
        var contents = await Source().OpenContentsAsync(TestContext.Current.CancellationToken);
        var report = await ImageVerification.RunAsync(contents, TestContext.Current.CancellationToken);
        if (image.Violation is { } violation)
            Assert.Contains(violation, string.Join('\n', report.Violations), StringComparison.Ordinal);
        else
            Assert.Empty(report.Violations);
    }

    // FROM, copy and the others: a coded error or an image, never a defect.
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_reader_takes_it_or_refuses_it_with_a_code(string name)
    {
        BrokenImages.All.Single(image => image.Name == name).WriteTo(_folder["layout"]);
        await ReadAsync(async () =>
            await ImageFiles.ReadAsync(await Source().PullAsync(), TestContext.Current.CancellationToken)
        );
        await ReadAsync(() => Source().PullAllAsync(TestContext.Current.CancellationToken));
    }

    private static async Task ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            Assert.NotNull(await read());
        }
        catch (ContainerizeException exception)
        {
            Assert.InRange(exception.Diagnostic.Code, "CTZ0001", "CTZ0199");
        }
    }

    private OciLayoutSource Source() => new(new ImageLocation(_folder["layout"], "x"));
}
