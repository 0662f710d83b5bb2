using Containerize.Diagnostics;
using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;
using Containerize.Repositories;

namespace Containerize.Dockerfiles.Steps;

/// <summary>A repository of git that <c>ADD</c> names, as a tree of files.</summary>
internal static class AddedRepository
{
    private const string Advice =
        "Clone it before the build, and copy from the context or from '--build-context NAME=FOLDER'.";

    /// <summary>Fetches it.</summary>
    /// <param name="options">The instruction.</param>
    /// <param name="word">The address as it is written.</param>
    /// <param name="address">The address.</param>
    /// <param name="run">The build.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0134 for another commit than <c>--checksum</c> says,
    /// CTZ0344.</exception>
    public static async Task<IFileSource> FetchAsync(
        CopyOptions options,
        SourceWord word,
        string address,
        PlatformSession run,
        CancellationToken cancellationToken
    )
    {
        var source = options.Syntax.Line.Source;
        if (run.Options.IsOffline)
            throw Failed($"it would have to be fetched, and --offline forbids it. {Advice}");
        if (run.Options.Git is not { } access)
            throw Failed($"this builder was given no way to fetch it. {Advice}");
        if (!RemoteFile.IsUrl(address) && !address.StartsWith("git://", StringComparison.Ordinal))
            throw Failed($"ADD fetches by https, http and git, and has no keys of yours for ssh. {Advice}");
        var repository =
            GitRepository.Parse(address)
            ?? throw Failed("an address is needed that ends with .git, and a reference after '#'.");
        try
        {
            var (folder, commit) = await repository
                .FetchAsync(run.Shared.NewContentFolder(), access, options.KeepsGitFolder, cancellationToken)
                .ConfigureAwait(false);
            if (options.Commit is { } expected && !commit.StartsWith(expected, StringComparison.Ordinal))
                throw source.Error(
                    DiagnosticTable.AddChecksum,
                    word.Position,
                    $"'{address}' is at the commit {commit}, and --checksum says {expected}. Somebody changed the "
                        + "reference "
                        + "there: look what it is before you write the new commit."
                );
            return run.Shared.FilesOf(folder);
        }
        catch (GitException exception)
        {
            throw Failed($"{exception.Message.TrimEnd('.')}.", exception);
        }

        ContainerizeException Failed(string why, Exception? inner = null) =>
            source.Error(
                DiagnosticTable.RepositoryUnavailable,
                word.Position,
                $"'{address}' cannot be added: {why}",
                inner
            );
    }
}
