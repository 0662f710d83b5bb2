using System.Collections.Immutable;
using System.Security.Cryptography;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>One file that is in no tree: the text of a heredoc, or what a URL gave.</summary>
/// <param name="name">The file's name.</param>
/// <param name="content">Its bytes.</param>
/// <param name="mode">Its mode.</param>
internal sealed class SingleFileSource(string name, FileContent content, int mode) : IFileSource
{
    private readonly Lazy<string> _hash = new(() =>
    {
        using var stream = content.Open();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    });

    public string Name => content.Where;

    /// <summary>The file.</summary>
    public ImageFile File { get; } =
        new(ContainerPath.Root.Combine(name), EntryKind.File, mode) { Size = content.Length };

    public ImageFile? Find(ContainerPath path) => path == File.Path ? File : null;

    public ContainerPath? Follow(ContainerPath path) => path;

    public IEnumerable<ImageFile> ChildrenOf(ContainerPath path) => path == ContainerPath.Root ? [File] : [];

    public object? FileOf(ImageFile file) => null;

    public string HashOf(ImageFile file) => _hash.Value;

    public Task<ImmutableDictionary<ContainerPath, FileContent>> FetchAsync(
        IEnumerable<ImageFile> files,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            ImmutableDictionary<ContainerPath, FileContent>.Empty.Add(File.Path, content with { Sha256 = _hash.Value })
        );
}
