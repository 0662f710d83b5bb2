using System.CommandLine;
using Containerize.Attestations.Notation;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.IO;
using Containerize.Publishing.Settings;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize sign REFERENCE --key KEY</c>.</summary>
internal sealed class SignCommand : ToolCommand
{
    private readonly KeyOptions _options = new();
    private readonly Option<bool> _simple = new("--simple-signing")
    {
        Description = "Sign in cosign's older form too, under the tag sha256-….sig.",
    };

    private readonly Option<string> _certificate = new("--certificate")
    {
        Description =
            "Sign as Notation does, with these certificates of the key, up to the root: a PEM file, or env://NAME.",
        HelpName = "CERTIFICATES",
    };

    public SignCommand(ToolHost host)
        : base(
            host,
            "sign",
            "Signs an image in a registry, so that 'containerize verify --key' and cosign find it signed."
        )
    {
        _options.AddTo(this);
        Add(_simple);
        CommonOptions.DemandValues(this, _certificate);
        Examples =
        [
            (
                "containerize sign registry.example/shop:v1 --key cosign.key",
                "signs the image and those of its platforms; the password is in COSIGN_PASSWORD"
            ),
            ("containerize sign registry.example/shop:v1 --key env://SIGNING_KEY", "takes the key from a variable"),
            (
                "containerize sign registry.example/shop:v1 --key release.key --certificate release-chain.pem",
                "signs as Notation does"
            ),
            ("containerize sign registry.example/shop:v1 --keyless", "signs with the identity of the pipeline"),
        ];
    }

    protected override void Check(ParseResult line) => KeyOptions.Check(line);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_options.Image);
        var certificate = line.GetValue(_certificate) is { Length: > 0 } text
            ? SigningCertificate.Open(KeyOptions.Source(Host), text)
            : null;
        var key = certificate is null ? null : _options.OpenKey(Host, line, certificate.PublicKey);
        using var client = Host.CreateClient(KeyOptions.RegistriesOf(Host, name), NoProgress.Instance, name);
        var signer = key ?? _options.Open(Host, line, client);
        using var opened = await OpenedImages.OpenAsync(Host, name, "docker", client, cancellationToken);
        var place = KeyOptions.PlaceOf(opened);
        var images = await opened.ReadAsync(cancellationToken);
        var signing = new ImageSigning(place.Registry, place.Repository, client, signer);
        var notation = certificate is null ? null : new NotationSigning(place, client, Signer(key!, certificate));
        foreach (
            var subject in images
                .Images.Select(image => image.Manifest.Descriptor)
                .Prepend(images.Descriptor)
                .DistinctBy(each => each.Digest)
        )
        {
            var fate = notation is null
                ? await signing.SignAsync(subject, cancellationToken)
                : await notation.SignAsync(subject, cancellationToken);
            if (line.GetValue(_simple))
                await signing.SignOldAsync(subject, cancellationToken);
            Host.Screen.Write(
                $"{place.Name}@{subject.Digest} {(fate == AttachFate.Attached ? "signed" : "was signed already")}"
            );
        }

        return ExitCodes.Success;
    }

    private NotationSigner Signer(SigningKey key, SigningCertificate certificate) =>
        new(
            key,
            certificate,
            TimeSetting.OfSignature(Host.Environment.Variable("SOURCE_DATE_EPOCH") ?? "", TimeProvider.System),
            TimeProvider.System.GetUtcNow()
        );
}
