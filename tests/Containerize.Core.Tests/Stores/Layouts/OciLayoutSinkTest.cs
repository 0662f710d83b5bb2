using Containerize.Stores;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Layouts;

/// <summary>What tests of writing to a layout share.</summary>
public abstract class OciLayoutSinkTest : IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected OciLayoutSink Sink(params string[] names) => new(Folder["layout"], [.. TestImage.Names(names)]);

    protected OciLayoutSource Source(string? name) => new(new ImageLocation(Folder["layout"], name));

    protected Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(Folder["layout"], file), TestContext.Current.CancellationToken);
}
