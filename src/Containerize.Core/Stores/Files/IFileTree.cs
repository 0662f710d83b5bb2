using Containerize.Diagnostics;

namespace Containerize.Stores.Files;

/// <summary>Files by name: a folder or a tarball, which hold images in the same way.</summary>
internal interface IFileTree
{
    /// <summary>What the user calls it, in quotes, for errors.</summary>
    string Where { get; }

    /// <summary>The kind of problem when something in it is not as it should be.</summary>
    Diagnostic Invalid { get; }

    /// <summary>Opens a file; null when there is none of that name.</summary>
    /// <param name="name">Names with <c>/</c> between them, from the root of the tree.</param>
    /// <exception cref="ContainerizeException"><see cref="Invalid"/> for a link out of the tree or a file that cannot
    /// be read.</exception>
    Stream? Open(string name);
}
