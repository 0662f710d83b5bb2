using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Images;
using Containerize.IO;
using Containerize.Repositories;
using Containerize.Stores.RootFileSystems;

namespace Containerize.Contexts;

/// <summary>A context that was made a folder.</summary>
/// <param name="Folder">The absolute path of the folder.</param>
/// <param name="DockerfileText">The Dockerfile's text where the context was nothing else; null otherwise.</param>
public sealed record OpenedContext(string Folder, string? DockerfileText = null);

/// <summary>
/// What <c>containerize build</c> takes as its context, as <c>docker build</c> does: a folder, a tar, a repository of
/// git, or <c>-</c> for a Dockerfile or a tar on standard input.
/// </summary>
public static class ContextSource
{
    /// <summary>What stands for standard input.</summary>
    public const string StandardInput = "-";

    // Enough for the first block of a tar under any compression; what is longer and no tar is a Dockerfile.
    private const long LongestDockerfile = 16 << 20;

    /// <summary>Makes a folder of a context.</summary>
    /// <param name="text">What the user names.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <param name="work">The absolute path of a folder of our own for what is fetched or unpacked.</param>
    /// <param name="input">Opens standard input.</param>
    /// <param name="http">Fetches what a URL names.</param>
    /// <param name="isOffline">Whether nothing may be fetched.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0233.</exception>
    public static async Task<OpenedContext> OpenAsync(
        string text,
        string folder,
        string work,
        Func<Stream> input,
        HttpClient http,
        bool isOffline,
        CancellationToken cancellationToken
    )
    {
        if (text == StandardInput)
            return await ReadAsync(StandardInput, input(), work, cancellationToken).ConfigureAwait(false);
        var path = Path.GetFullPath(text, folder);
        if (!Path.Exists(path) && GitRepository.Parse(text) is { } git)
            return new OpenedContext(await CloneAsync(git, work, isOffline, cancellationToken).ConfigureAwait(false));
        if (!Path.Exists(path) && RemoteContext.IsUrl(text))
            return await ReadAsync(
                    text,
                    await RemoteContext.OpenAsync(text, http, isOffline, cancellationToken).ConfigureAwait(false),
                    work,
                    cancellationToken
                )
                .ConfigureAwait(false);
        if (!File.Exists(path))
            return new OpenedContext(path);
        var copy = InputIn(work);
        RegularFile.Copy(path, copy);
        return await UnpackAsync(copy, work, cancellationToken).ConfigureAwait(false) is { } unpacked
            ? new OpenedContext(unpacked)
            : throw Unavailable(text, "it is a file and no tar. Name a folder, a tar, or '-f FILE' for a Dockerfile");
    }

    private static async Task<string> CloneAsync(
        GitRepository git,
        string work,
        bool isOffline,
        CancellationToken cancellationToken
    )
    {
        if (isOffline)
            throw Unavailable(git.Url, "it would have to be fetched, and --offline forbids it");
        try
        {
            var target = Path.Combine(work, "repository");
            var (folder, _) = await git.FetchAsync(target, GitAccess.OfUser, keepsGitFolder: false, cancellationToken)
                .ConfigureAwait(false);
            return folder;
        }
        catch (GitException exception)
        {
            throw Unavailable(git.Url, exception.Message, exception);
        }
    }

    private static async Task<OpenedContext> ReadAsync(
        string text,
        Stream input,
        string work,
        CancellationToken cancellationToken
    )
    {
        var path = InputIn(work);
        await using (input.ConfigureAwait(false))
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
            await using (file.ConfigureAwait(false))
            {
                try
                {
                    await input.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception exception)
                    when (exception is HttpRequestException or IOException && FullDisk.Of(exception) is null)
                {
                    throw Unavailable(text, $"it broke off: {exception.Message.TrimEnd('.')}", exception);
                }
            }
        }

        if (new FileInfo(path).Length == 0)
            throw Unavailable(text, "it is empty. A Dockerfile or a tar is needed");
        if (await UnpackAsync(path, work, cancellationToken).ConfigureAwait(false) is { } unpacked)
            return new OpenedContext(unpacked);
        if (new FileInfo(path).Length > LongestDockerfile)
            throw Unavailable(text, "it is no tar, and too long for a Dockerfile");
        return new OpenedContext(
            Directory.CreateDirectory(Path.Combine(work, "empty")).FullName,
            await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)
        );
    }

    // In a folder of its own: no .dockerignore is about it.
    private static string InputIn(string work) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(work, "input")).FullName, "input.containerize");

    // What ADD makes of the file is what it holds; the files' owners are not the context's.
    private static async Task<string?> UnpackAsync(string path, string work, CancellationToken cancellationToken)
    {
        var platform = new Platform("linux", "amd64");
        DockerfileBuildResult result;
        try
        {
            result = await new DockerfileBuild
            {
                Context = Path.GetDirectoryName(path)!,
                DockerfileText = $"FROM scratch\nADD {Path.GetFileName(path)} /context/\n",
                Platforms = [platform],
                BuildPlatform = platform,
                WorkFolder = Path.Combine(work, "unpacking"),
                Sources = (_, _, _) => throw new InvalidOperationException("An archive needs no image."),
            }
                .RunAsync(cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ContainerizeException exception)
        {
            throw Unavailable(path, exception.Message.TrimEnd('.'), exception);
        }

        var root = Path.Combine(work, "unpacked");
        await new RootFolderSink(root, keepsOwners: false)
            .PushAsync(result.Set, cancellationToken)
            .ConfigureAwait(false);
        var unpacked = Path.Combine(root, "context");
        // A file that ADD did not unpack is there as it is.
        return
            File.Exists(Path.Combine(unpacked, Path.GetFileName(path)))
            && Directory.GetFileSystemEntries(unpacked).Length == 1
            ? null
            : unpacked;
    }

    /// <summary>Standard input cannot be the context and the Dockerfile.</summary>
    public static ContainerizeException TwiceRead() =>
        Unavailable(StandardInput, "-f - reads standard input, too. Give the context as a folder or a tar file");

    internal static ContainerizeException Unavailable(string text, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.ContextUnavailable,
            $"The context '{Passwords.Hide(text)}' cannot be used: {Passwords.Hide(why)}.",
            inner
        );
}
