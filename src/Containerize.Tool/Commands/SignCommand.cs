using System.CommandLine;
using Containerize.Attestations.Registries;
using Containerize.IO;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize sign REFERENCE --key KEY</c>.</summary>
internal sealed class SignCommand : ToolCommand
{
    private readonly KeyOptions _options = new();
    private readonly Option<bool> _simple = new("--simple-signing")
    {
        Description = "Sign in cosign's older form too, under the tag sha256-….sig.",
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
        Validators.Add(result =>
        {
            if (result.GetValue(_simple) && _options.IsKeyless(result))
                result.AddError("--simple-signing is for keys: leave it out, or sign with --key.");
        });
        Examples =
        [
            (
                "containerize sign registry.example/shop:v1 --key cosign.key",
                "signs the image and those of its platforms; the password is in COSIGN_PASSWORD"
            ),
            ("containerize sign registry.example/shop:v1 --key env://SIGNING_KEY", "takes the key from a variable"),
            ("containerize sign registry.example/shop:v1 --keyless", "signs with the identity of the pipeline"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_options.Image);
        using var client = Host.CreateClient(KeyOptions.RegistriesOf(Host, name), NoProgress.Instance, name);
        var signer = _options.Open(Host, line, client);
        using var opened = await OpenedImages.OpenAsync(Host, name, "docker", client, cancellationToken);
        var place = KeyOptions.PlaceOf(opened);
        var images = await opened.ReadAsync(cancellationToken);
        var signing = new ImageSigning(place.Registry, place.Repository, client, signer);
        foreach (
            var subject in images
                .Images.Select(image => image.Manifest.Descriptor)
                .Prepend(images.Descriptor)
                .DistinctBy(each => each.Digest)
        )
        {
            var fate = await signing.SignAsync(subject, cancellationToken);
            if (line.GetValue(_simple))
                await signing.SignOldAsync(subject, cancellationToken);
            Host.Screen.Write(
                $"{place.Name}@{subject.Digest} {(fate == AttachFate.Attached ? "signed" : "was signed already")}"
            );
        }

        return ExitCodes.Success;
    }
}
