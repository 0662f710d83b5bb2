using System.Collections.Concurrent;
using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Tool;

/// <summary>The sources of a build, each opened once and open until the image has gone to its sinks.</summary>
/// <param name="open">Opens one.</param>
internal sealed class OpenSources(Func<string, Task<IImageSource>> open) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<IImageSource>>> _opened = new(StringComparer.Ordinal);

    public Task<IImageSource> OpenAsync(string text, Platform platform, CancellationToken cancellationToken) =>
        _opened.GetOrAdd(text, key => new Lazy<Task<IImageSource>>(() => open(key))).Value;

    public void Dispose()
    {
        foreach (
            var source in _opened.Values.Where(source => source.IsValueCreated && source.Value.IsCompletedSuccessfully)
        )
            (source.Value.Result as IDisposable)?.Dispose();
    }
}
