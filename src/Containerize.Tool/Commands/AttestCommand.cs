using System.CommandLine;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.IO;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize attest REFERENCE --predicate FILE --type TYPE --key KEY</c>.</summary>
internal sealed class AttestCommand : ToolCommand
{
    private readonly KeyOptions _options = new();
    private readonly Option<string> _type = PredicateOption.Create(
        "What the file says: a URI, or one of cosign's words for it."
    );

    private readonly Option<string> _predicate = new("--predicate")
    {
        Description = "The JSON file with the content of the statement; of a whole statement its predicate.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _platform = CommonOptions.OnePlatform(
        "Say it of the image for this platform, and not of all of them."
    );

    public AttestCommand(ToolHost host)
        : base(host, "attest", "Signs a statement about an image in a registry, and attaches it to the image.")
    {
        _options.AddTo(this);
        _type.Required = true;
        Add(_predicate);
        Add(_type);
        Add(_platform);
        Examples =
        [
            (
                "containerize attest registry.example/shop:v1 --predicate Shop.spdx.json --type spdx --key cosign.key",
                "attaches the SBOM as a signed attestation"
            ),
        ];
    }

    protected override void Check(ParseResult line) => KeyOptions.Check(line);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_options.Image);
        var type = PredicateTypeNames.Parse(line.GetRequiredValue(_type));
        var file = StatementFile.Read(Host.PathOf(line.GetRequiredValue(_predicate)), type);
        using var client = Host.CreateClient(KeyOptions.RegistriesOf(Host, name), NoProgress.Instance, name);
        var signer = _options.Open(Host, line, client);
        using var opened = await OpenedImages.OpenAsync(Host, name, "docker", client, cancellationToken);
        var place = KeyOptions.PlaceOf(opened);
        var subject = CommonOptions.ReadPlatform(line, _platform) is { } platform
            ? (await opened.ReadOneAsync(platform, cancellationToken)).Manifest.Descriptor
            : (await opened.ReadAsync(cancellationToken)).Descriptor;
        var fate = await new ImageSigning(place.Registry, place.Repository, client, signer).AttestAsync(
            subject,
            type,
            file.PredicateOf(subject.Digest),
            cancellationToken
        );
        Host.Screen.Write(
            $"{place.Name}@{subject.Digest} {type} "
                + $"{(fate == AttachFate.Attached ? "attested" : "was attested already")}"
        );
        return ExitCodes.Success;
    }
}
