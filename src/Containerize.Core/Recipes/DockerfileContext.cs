using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Recipes.Instructions;

namespace Containerize.Recipes;

/// <summary>Writes a recipe as a Dockerfile, alone or with what it adds beside it.</summary>
public sealed class DockerfileContext(Recipe recipe, Image baseImage)
{
    /// <summary>Writes the Dockerfile alone.</summary>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public Task WriteTextAsync(string path, CancellationToken cancellationToken) => Guard(path, async () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, recipe.ToDockerfile(baseImage.Digest), cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Writes the Dockerfile last, after one tar per layer beside it.</summary>
    /// <param name="folder">The full path of the context.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public Task WriteAsync(string folder, CancellationToken cancellationToken) => Guard(folder, async () =>
    {
        Directory.CreateDirectory(folder);
        foreach (var add in recipe.Instructions.OfType<AddInstruction>())
            await WriteTarAsync(add, folder, cancellationToken).ConfigureAwait(false);
        await WriteTextAsync(Path.Combine(folder, "Dockerfile"), cancellationToken).ConfigureAwait(false);
    });

    /// <summary>The full paths of what is written into a context's folder.</summary>
    public static IEnumerable<string> Files(string folder, Recipe recipe) => recipe.Instructions.OfType<AddInstruction>()
        .Select(add => add.ContextFile).Append("Dockerfile").Select(name => Path.Combine(folder, name));

    // A builder's ADD unpacks compressed tars too, but not every builder zstd; a plain one can be looked into with anything.
    private static async Task WriteTarAsync(AddInstruction add, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, add.ContextFile);
        var temporary = path + "." + Guid.NewGuid().ToString("N");
        try
        {
            await using (var plain = await LayerEncoding.OpenPlainAsync(add.Layer, cancellationToken).ConfigureAwait(false))
            await using (var file = new FileStream(temporary, FileMode.CreateNew))
                await plain.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    private static async Task Guard(string path, Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(DiagnosticTable.OutputNotWritable,
                $"The Dockerfile cannot be written to '{path}': {exception.Message}", exception);
        }
    }
}
