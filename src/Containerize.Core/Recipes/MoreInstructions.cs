using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Recipes;

/// <summary><c>VOLUME</c> in its JSON form; it stands after the layers, since a builder loses what is written into one later.</summary>
public sealed record VolumeInstruction(string Path) : Instruction
{
    public override string ToDockerfile() => "VOLUME " + DockerfileText.Words([Path]);

    protected override ImageConfig Change(ImageConfig config) => config.WithVolume(Path);
}

/// <summary>A folder that the layer <c>app</c> holds, which a Dockerfile makes with <c>RUN</c>: a comment, and a line in the history.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Owner">Its owner; null for the image's user.</param>
public sealed record FolderInstruction(string Path, int Mode, FileOwner? Owner) : Instruction
{
    public override string ToDockerfile() =>
        $"# The layer {LayerNames.App} has the folder {DockerfileText.Quoted(Path)}, mode {Convert.ToString(Mode, 8).PadLeft(4, '0')}, owner {Owner?.ToString() ?? "as USER"}";

    protected override ImageConfig Change(ImageConfig config) => config;
}

/// <summary><c>STOPSIGNAL SIGTERM</c>.</summary>
public sealed record StopSignalInstruction(string Signal) : Instruction
{
    public override string ToDockerfile() => "STOPSIGNAL " + DockerfileText.Word(Signal);

    protected override ImageConfig Change(ImageConfig config) => config.WithStopSignal(Signal);
}

/// <summary><c>HEALTHCHECK</c>.</summary>
public sealed record HealthcheckInstruction(Healthcheck Healthcheck) : Instruction
{
    public override string ToDockerfile()
    {
        var text = new StringBuilder("HEALTHCHECK");
        AddTime("interval", Healthcheck.Interval);
        AddTime("timeout", Healthcheck.Timeout);
        AddTime("start-period", Healthcheck.StartPeriod);
        AddTime("start-interval", Healthcheck.StartInterval);
        if (Healthcheck.Retries is { } retries)
            text.Append(CultureInfo.InvariantCulture, $" --retries={retries}");
        return text.Append(' ').Append(Command()).ToString();

        void AddTime(string option, TimeSpan? time)
        {
            if (time is { } value)
                text.Append(CultureInfo.InvariantCulture, $" --{option}={(long)value.TotalMilliseconds}ms");
        }
    }

    protected override ImageConfig Change(ImageConfig config) => config.WithHealthcheck(Healthcheck);

    private string Command() => Healthcheck.Test[0] switch
    {
        "CMD-SHELL" => "CMD " + Healthcheck.Test[1],
        "CMD" => "CMD " + DockerfileText.Words(Healthcheck.Test.RemoveAt(0)),
        _ => "NONE",
    };
}

/// <summary><c>SHELL</c>: what runs the lines of <c>RUN</c>, <c>CMD</c> and <c>ENTRYPOINT</c>.</summary>
public sealed record ShellInstruction(ImmutableArray<string> Words) : Instruction
{
    public override string ToDockerfile() => "SHELL " + DockerfileText.Words(Words);

    protected override ImageConfig Change(ImageConfig config) => config.WithShell(Words);
}

/// <summary><c>ONBUILD</c>: an instruction for whoever builds upon the image.</summary>
/// <param name="Trigger">The instruction; with heredocs it has several lines.</param>
public sealed record OnbuildInstruction(string Trigger) : Instruction
{
    public override string ToDockerfile() => "ONBUILD " + Trigger;

    protected override ImageConfig Change(ImageConfig config) => config.WithOnBuild([.. config.OnBuild, Trigger]);
}

/// <summary><c>MAINTAINER</c>: the author, as Dockerfiles of old have it.</summary>
public sealed record MaintainerInstruction(string Author) : Instruction
{
    public override string ToDockerfile() => "MAINTAINER " + Author;

    protected override ImageConfig Change(ImageConfig config) => config.WithAuthor(Author);
}

/// <summary>An annotation of the manifest, which a Dockerfile cannot say: builders take it on their command line.</summary>
public sealed record AnnotationInstruction(string Key, string Value) : Instruction
{
    public override string ToDockerfile() =>
        $"# An annotation, which a Dockerfile cannot express: --annotation {DockerfileText.Quoted($"{Key}={Value}")}";

    public override Image ApplyTo(Image image, DateTimeOffset time) => image.WithAnnotation(Key, Value);

    protected override ImageConfig Change(ImageConfig config) => config;
}
