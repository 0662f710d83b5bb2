using System.CommandLine;
using Containerize.Attestations.Choices;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Addresses;
using Containerize.Stores.Registries.Client;

namespace Containerize.Tool.Commands;

/// <summary>What the commands that sign have in common.</summary>
internal sealed class KeyOptions
{
    private readonly Option<string> _key = new("--key")
    {
        Description = "The private key: a PEM file, env://NAME, or exec:COMMAND that gets a digest.",
        HelpName = "KEY",
    };

    private readonly Option<bool> _keyless = new("--keyless")
    {
        Description = "Sign with the identity token of the pipeline, instead of a key.",
    };

    private readonly Option<string> _fulcio = Service("--fulcio-url", "The authority of keyless signatures.");
    private readonly Option<string> _rekor = Service("--rekor-url", "The log of keyless signatures, or 'none'.");
    private readonly Option<string> _timestamp = Service(
        "--timestamp-url",
        "Where keyless signatures get a timestamp (RFC 3161), or 'none'."
    );

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
        CommonOptions.DemandValues(command, _key, _public);
        command.Add(_keyless);
        CommonOptions.DemandValues(command, _fulcio, _rekor, _timestamp);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_key) is not { Length: > 0 } && !result.GetValue(_keyless))
                result.AddError("Either a key signs or the identity of the pipeline: write --key KEY or --keyless.");
        });
    }

    /// <summary>Where keys are looked for on this machine.</summary>
    public static SigningKeySource Source(ToolHost host) => new(host.Folder, host.Environment.Variables);

    /// <summary>Refuses options that do not fit together.</summary>
    /// <exception cref="ContainerizeException">CTZ0470.</exception>
    public static void Check(ParseResult line) => GivenOptions.Check(SignerTable.Signing, line);

    /// <summary>Opens the key that signs.</summary>
    /// <exception cref="ContainerizeException">CTZ0360, CTZ0363.</exception>
    public SigningKey OpenKey(ToolHost host, ParseResult line, VerificationKey? half = null) =>
        Source(host).Open(line.GetRequiredValue(_key), line.GetValue(_public) ?? "", half);

    /// <summary>Opens what signs.</summary>
    /// <exception cref="ContainerizeException">CTZ0360, CTZ0363, CTZ0457, CTZ0462.</exception>
    public StatementSigner Open(ToolHost host, ParseResult line, RegistryClient client)
    {
        if (!line.GetValue(_keyless))
            return OpenKey(host, line);
        var words = new KeylessWords(
            line.GetValue(_fulcio) ?? "",
            line.GetValue(_rekor) ?? "",
            line.GetValue(_timestamp) ?? ""
        );
        var signer = KeylessSigner.Open(words, host.Environment.Variables, client.Services);
        KeylessSigner.DemandToken(host.Environment.Variables);
        return signer;
    }

    private static Option<string> Service(string name, string description) =>
        new(name) { Description = description, HelpName = "URL" };

    /// <summary>The registry that is written to, for the rights that are asked for.</summary>
    public static IEnumerable<string> RegistriesOf(ToolHost host, string name) =>
        LocalReference.IsPath(name, host.Folder) || ImageSources.RegistryOf(name) is not { } registry ? [] : [registry];

    /// <summary>The place of an image that is signed.</summary>
    /// <exception cref="ContainerizeException">CTZ0365.</exception>
    public static ImageReference PlaceOf(OpenedImages opened) =>
        opened.Reference
        ?? throw new ContainerizeException(
            DiagnosticTable.NothingToSign,
            $"'{opened.Name}' is a place on this machine, and images are signed in registries. Push the image, and "
                + "name it there; 'containerize copy' takes the signature into a layout."
        );

    /// <summary>The place of signatures that are asked for.</summary>
    /// <exception cref="ContainerizeException">CTZ0365.</exception>
    public static AttachedPlace SignaturesOf(OpenedImages opened) =>
        opened.Attached
        ?? throw new ContainerizeException(
            DiagnosticTable.NothingToSign,
            $"'{opened.Name}' has no room for signatures: they lie beside images in registries, in OCI layouts and in "
                + "tarballs of these. Name the image in one of them."
        );
}
