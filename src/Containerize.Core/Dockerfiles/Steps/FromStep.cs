using Containerize.Diagnostics;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;
using Containerize.Images;
using Containerize.Recipes;

namespace Containerize.Dockerfiles.Steps;

/// <summary>What a stage begins as: an earlier stage, an image of a source, or <c>scratch</c>.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
internal sealed class FromStep(PlatformSession run, Stage stage)
{
    // Every builder gives a command a PATH, and an image that has none gets it.
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public async Task<StageState> RunAsync(string text, Stage? from, CancellationToken cancellationToken)
    {
        if (from is not null)
        {
            var earlier = await run.StageAsync(from, cancellationToken).ConfigureAwait(false);
            return earlier.State with { Image = WithDefaults(earlier.State.Image), HasCmd = false };
        }

        var platform = ReadPlatform();
        // An empty image is for what is built, and --platform says nothing of it.
        var image =
            text == Recipe.Scratch
                ? Scratch(run.Platform)
                : WithDefaults(await run.Shared.ImageAsync(text, platform, cancellationToken).ConfigureAwait(false));
        return StateOf(InFormat(image));
    }

    // What BuildKit writes into the config of what it builds upon an image (dispatchStages of its convert.go). Windows
    // has a PATH of its own where an image has none.
    private static Image WithDefaults(Image image)
    {
        var config = image.Config;
        if (config.Platform.Os == "windows")
            return image;
        if (config.Environment.All(pair => pair.Key != "PATH"))
            config = config.WithVariable("PATH", DefaultPath);
        if (
            config.WorkingDirectory is { Length: > 0 } folder
            && PathText.Join("", folder) is var clean
            && clean != folder
        )
            config = config.WithWorkingDirectory(clean);
        return ReferenceEquals(config, image.Config) ? image : image.With(config);
    }

    /// <summary>What a stage sees that begins as an image.</summary>
    public static StageState StateOf(Image image)
    {
        var variables = ShellVariables.None.With(image.Config.Environment);
        return new StageState(image, variables["PATH"] is null ? variables.With("PATH", DefaultPath) : variables);
    }

    /// <summary>What <c>--platform</c> says, or what is built for.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for no platform.</exception>
    public Platform ReadPlatform()
    {
        if (stage.From.Platform is not { } word)
            return run.Platform;
        if (word.Text.Length == 0)
            return run.Platform;
        var unset = new List<string>();
        var expansion = new Expansion(run.File.Source, run.File.Directives.Escape, run.Globals);
        var text = (
            expansion with
            {
                Seen = (name, isSet) =>
                {
                    if (!isSet)
                        unset.Add(name);
                },
            }
        ).Word(word);
        if (text.Length == 0)
            throw run.File.Source.Error(
                DiagnosticTable.DockerfileSyntax,
                word.Position,
                $"the platform '{word}' is empty.{Suggest(unset)}"
            );
        try
        {
            return Platform.Parse(text, run.Options.BuildPlatform);
        }
        catch (ContainerizeException exception)
        {
            throw run.File.Source.Error(DiagnosticTable.DockerfileSyntax, word.Position, exception.Message, exception);
        }
    }

    private string Suggest(IEnumerable<string> unset) =>
        unset.FirstOrDefault() is not { } name ? " Give its ARG a value with --build-arg."
        : Spelling.Nearest(name, run.Globals.Values.Keys) is { } known ? $" Did you mean ${known}?"
        : $" No ARG above the first FROM declares '{name}'.";

    /// <summary>The empty image, as every builder begins with it.</summary>
    public static Image Scratch(Platform platform)
    {
        var image = Image.Scratch(platform);
        return image.With(image.Config.WithVariable("PATH", DefaultPath).WithWorkingDirectory("/"));
    }

    // Docker's family has no zstd.
    private Image InFormat(Image image)
    {
        var hasZstd =
            run.Options.Encoding.Compression == LayerCompression.Zstd
            || image.Layers.Any(layer => layer.Compression == LayerCompression.Zstd);
        if (hasZstd && run.Options.Format == ImageFormat.Docker)
            throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                "Docker's image format is asked for and a layer is compressed with zstd, which it does not "
                    + "have. Take OCI's, or gzip and a base image without zstd."
            );
        return image.In(run.Options.Format ?? (hasZstd ? ImageFormat.Oci : image.Manifest.Format));
    }
}
