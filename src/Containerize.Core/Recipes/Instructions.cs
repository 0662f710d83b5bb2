using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Recipes;

/// <summary><c>ADD NAME.tar /</c>: a layer on top.</summary>
/// <param name="Layer">The layer; the tar beside the Dockerfile holds it without compression.</param>
/// <param name="IsWindows">Whether it is a layer of Windows, which no builder adds as a tar.</param>
public sealed record AddInstruction(Layer Layer, bool IsWindows = false) : Instruction
{
    /// <summary>The file in the Dockerfile's context that holds the layer.</summary>
    public string ContextFile => Layer.Name + ".tar";

    public override string ToDockerfile() => !IsWindows ? ToHistory()
        : $"# {ToHistory()}: a layer of Windows, which a Dockerfile cannot express. Its folder Files is the drive C:, to be unpacked and copied.";

    public override Image ApplyTo(Image image, DateTimeOffset time) => image.With(Layer, time, ToHistory());

    protected override string ToHistory() => History.OfLayer(Layer.Name);

    protected override ImageConfig Change(ImageConfig config) => config;
}

/// <summary>An instruction that makes a layer of what it changes: <c>COPY</c>, <c>RUN</c>, …</summary>
/// <param name="Layer">The layer; null where nothing changed.</param>
/// <param name="Text">The instruction.</param>
public sealed record LayerInstruction(Layer? Layer, string Text) : Instruction
{
    public override string ToDockerfile() => Text;

    public override Image ApplyTo(Image image, DateTimeOffset time) =>
        Layer is null ? base.ApplyTo(image, time) : image.With(Layer, time, ToHistory());

    protected override ImageConfig Change(ImageConfig config) => config;
}

/// <summary><c>WORKDIR</c>. It stands after the layers, whose entries for the folder have its mode and owner.</summary>
public sealed record WorkdirInstruction(string Path) : Instruction
{
    public override string ToDockerfile() => "WORKDIR " + DockerfileText.Word(Path);

    protected override ImageConfig Change(ImageConfig config) => config.WithWorkingDirectory(Path);
}

/// <summary><c>ENV NAME=VALUE</c>.</summary>
public sealed record EnvInstruction(string Name, string Value) : Instruction
{
    public override string ToDockerfile() => DockerfileText.Pair("ENV", Name, Value);

    protected override ImageConfig Change(ImageConfig config) => config.WithVariable(Name, Value);

    protected override string ToHistory() => $"ENV {Name}={Value}";
}

/// <summary><c>LABEL NAME=VALUE</c>.</summary>
public sealed record LabelInstruction(string Name, string Value) : Instruction
{
    public override string ToDockerfile() => DockerfileText.Pair("LABEL", Name, Value);

    protected override ImageConfig Change(ImageConfig config) => config.WithLabel(Name, Value);

    protected override string ToHistory() => $"LABEL {Name}={Value}";
}

/// <summary><c>EXPOSE 8080/tcp</c>.</summary>
public sealed record ExposeInstruction(string Port) : Instruction
{
    public override string ToDockerfile() => "EXPOSE " + Port;

    protected override ImageConfig Change(ImageConfig config) => config.WithExposedPort(Port);
}

/// <summary><c>USER</c>: a name or a number, with or without a group.</summary>
public sealed record UserInstruction(string User) : Instruction
{
    public override string ToDockerfile() => "USER " + DockerfileText.Word(User);

    protected override ImageConfig Change(ImageConfig config) => config.WithUser(User);
}

/// <summary><c>ENTRYPOINT</c> in its exec form. In a Dockerfile it takes an inherited <c>CMD</c> away, so it does here.</summary>
public sealed record EntrypointInstruction(ImmutableArray<string> Words) : Instruction
{
    /// <summary>Whether <c>CMD</c> stays as it is: where it stands above in the same stage.</summary>
    public bool KeepsCmd { get; init; }

    public override string ToDockerfile() => "ENTRYPOINT " + DockerfileText.Words(Words);

    protected override ImageConfig Change(ImageConfig config) =>
        KeepsCmd ? config.WithEntrypoint(Words) : config.WithEntrypoint(Words).WithCmd([]);
}

/// <summary><c>CMD</c> in its exec form.</summary>
public sealed record CmdInstruction(ImmutableArray<string> Words) : Instruction
{
    public override string ToDockerfile() => "CMD " + DockerfileText.Words(Words);

    protected override ImageConfig Change(ImageConfig config) => config.WithCmd(Words);
}
