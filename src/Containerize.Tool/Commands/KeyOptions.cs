using System.CommandLine;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Addresses;

namespace Containerize.Tool.Commands;

/// <summary>What the commands that sign have in common.</summary>
internal sealed class KeyOptions
{
    private readonly Option<string> _key = new("--key")
    {
        Description = "The private key: a PEM file, env://NAME, or exec:COMMAND that gets a digest.",
        HelpName = "KEY",
        Required = true,
    };

    private readonly Option<string> _public = new("--public-key")
    {
        Description = "The public half of the key of exec:, in a PEM file or env://NAME.",
        HelpName = "KEY",
    };

    /// <summary>The image that is signed.</summary>
    public Argument<string> Image { get; } =
        CommonOptions.Operand(
            new Argument<string>("reference") { Description = "NAME[:TAG] or NAME@DIGEST in a registry." }
        );

    public void AddTo(Command command)
    {
        command.Add(Image);
        command.Add(_key);
        command.Add(_public);
    }

    /// <summary>Where keys are looked for on this machine.</summary>
    public static SigningKeySource Source(ToolHost host) => new(host.Folder, host.Environment.Variables);

    /// <exception cref="ContainerizeException">CTZ0360, CTZ0363.</exception>
    public SigningKey Open(ToolHost host, ParseResult line, VerificationKey? half = null) =>
        Source(host).Open(line.GetRequiredValue(_key), line.GetValue(_public) ?? "", half);

    /// <summary>The registry that is written to, for the rights that are asked for.</summary>
    public static IEnumerable<string> RegistriesOf(ToolHost host, string name) =>
        LocalReference.IsPath(name, host.Folder) || ImageSources.RegistryOf(name) is not { } registry ? [] : [registry];

    /// <summary>The place of an image whose signatures are asked for.</summary>
    /// <exception cref="ContainerizeException">CTZ0365.</exception>
    public static ImageReference PlaceOf(OpenedImages opened) =>
        opened.Reference
        ?? throw new ContainerizeException(
            DiagnosticTable.NothingToSign,
            $"'{opened.Name}' is a place on this machine, and signatures lie beside images in registries. "
                + "Push the image, and name it there."
        );
}
