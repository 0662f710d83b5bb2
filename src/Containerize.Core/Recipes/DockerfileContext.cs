using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Recipes.Instructions;

namespace Containerize.Recipes;

/// <summary>Writes a recipe as a Dockerfile, alone or with what it adds beside it.</summary>
internal sealed class DockerfileContext(Recipe recipe, Image baseImage)
{
    /// <summary>Writes the Dockerfile alone.</summary>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public Task WriteTextAsync(string path, CancellationToken cancellationToken) =>
        WriteAllAsync(path, [(path, file => WriteDockerfileAsync(file, cancellationToken))]);

    /// <summary>Writes the Dockerfile and one tar per layer beside it. Nothing gets its name before all is
    /// written.</summary>
    /// <param name="folder">The full path of the context.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public Task WriteAsync(string folder, CancellationToken cancellationToken) =>
        WriteAllAsync(
            folder,
            [
                .. recipe
                    .Instructions.OfType<AddInstruction>()
                    .Select(add =>
                        (
                            Path.Combine(folder, add.ContextFile),
                            (Func<Stream, Task>)(file => WriteTarAsync(add, file, cancellationToken))
                        )
                    ),
                (Path.Combine(folder, "Dockerfile"), file => WriteDockerfileAsync(file, cancellationToken)),
            ]
        );

    /// <summary>The full paths of what is written into a context's folder.</summary>
    public static IEnumerable<string> Files(string folder, Recipe recipe) =>
        recipe
            .Instructions.OfType<AddInstruction>()
            .Select(add => add.ContextFile)
            .Append("Dockerfile")
            .Select(name => Path.Combine(folder, name));

    private async Task WriteDockerfileAsync(Stream file, CancellationToken cancellationToken) =>
        await file.WriteAsync(Encoding.UTF8.GetBytes(recipe.ToDockerfile(baseImage.Digest)), cancellationToken)
            .ConfigureAwait(false);

    // A builder's ADD unpacks compressed tars too, but not every builder zstd; a plain one can be looked into with
    // anything.
    private static async Task WriteTarAsync(AddInstruction add, Stream file, CancellationToken cancellationToken)
    {
        await using var plain = await LayerEncoding.OpenPlainAsync(add.Layer, cancellationToken).ConfigureAwait(false);
        await plain.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAllAsync(string place, IReadOnlyList<(string Path, Func<Stream, Task> Write)> files)
    {
        var written = new List<(string Temporary, string Path)>();
        try
        {
            foreach (var (path, write) in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                written.Add(($"{path}.{Guid.NewGuid():N}", path));
                await using var file = new FileStream(written[^1].Temporary, FileMode.CreateNew);
                await write(file).ConfigureAwait(false);
            }

            foreach (var (temporary, path) in written)
                File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"The Dockerfile cannot be written to '{place}': {exception.Message}",
                exception
            );
        }
        finally
        {
            foreach (var (temporary, _) in written)
                OutputFiles.Remove(temporary);
        }
    }
}
