using System.CommandLine;
using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize sbom REFERENCE</c>.</summary>
internal sealed class SbomCommand : ToolCommand
{
    private readonly Argument<string> _reference = CommonOptions.Operand(
        new Argument<string>("reference") { Description = CommonOptions.References }
    );

    private readonly Option<string> _platform = CommonOptions.OnePlatform(
        "The platform of several; this machine's by default."
    );

    private readonly Option<string> _format = new("--format")
    {
        Description = "The format of the document.",
        HelpName = "spdx|cyclonedx",
        DefaultValueFactory = _ => "spdx",
    };

    private readonly Option<string> _file = new("--output", "-o")
    {
        Description = "The file to write it to, instead of standard output.",
        HelpName = "FILE",
    };

    public SbomCommand(ToolHost host)
        : base(host, "sbom", "Prints the SBOM of an image: that in its index, or one that is attached to it.")
    {
        _format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "spdx", "cyclonedx");
        Add(_reference);
        Add(_platform);
        Add(_format);
        Add(_file);
        Examples =
        [
            ("containerize sbom registry.example/shop:v1", "prints the SBOM in SPDX"),
            (
                "containerize sbom registry.example/shop:v1 --format cyclonedx -o shop.cdx.json",
                "writes the one in CycloneDX to a file"
            ),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_reference);
        using var client = Host.CreateClient([], NoProgress.Instance, name);
        using var opened = await OpenedImages.OpenAsync(Host, name, "docker", client, cancellationToken);
        var images = await opened.ReadAsync(cancellationToken);
        var image = await opened.ReadOneAsync(CommonOptions.ReadPlatform(line, _platform), cancellationToken);
        var format = line.GetRequiredValue(_format).ToLowerInvariant();
        var (type, predicate) =
            format == "spdx"
                ? (ImageDocument.Spdx, ImageDocument.SpdxPredicate)
                : (ImageDocument.CycloneDx, ImageDocument.CycloneDxPredicate);
        if (await IndexAttestations.FindAsync(images, image.Digest, predicate, cancellationToken) is { } inside)
        {
            await WriteAsync(line.GetValue(_file), inside);
            return ExitCodes.Success;
        }

        var place =
            opened.Attached
            ?? throw new ContainerizeException(
                DiagnosticTable.SbomMissing,
                $"'{name}' has no SBOM of the type '{type}' in an index, and its place has no room for what is "
                    + "attached. Name an image in a registry or an OCI layout, or publish with "
                    + "ContainerAttestations=index."
            );
        // Of the image itself, else of the index that it is in.
        var found =
            await new AttachedSboms(place.Referrers).FindAsync(
                [image.Digest, images.Digest],
                type,
                predicate,
                cancellationToken
            )
            ?? throw new ContainerizeException(
                DiagnosticTable.SbomMissing,
                $"{opened.Reference?.ToString() ?? name} has no SBOM of the type '{type}' attached, as a document or "
                    + "in an attestation. Ask for the other format with --format, or publish the image with "
                    + "ContainerAttestations=always."
            );
        await WriteAsync(line.GetValue(_file), found.Document);
        if (found.Attestation is { } attestation)
        {
            // A layout finds no image of an index by its digest.
            var verified =
                opened.Reference is { } reference ? $"'containerize verify {reference.Name}@{found.Subject}"
                : found.Subject == images.Digest ? $"'containerize verify {name}"
                : "copy the image alone with 'containerize copy --platform'; 'containerize verify COPY";
            Host.Screen.Note(
                $"The SBOM is what the attestation {attestation} says of {found.Subject}. Its signature is not "
                    + $"checked: {verified} --type {format} --key FILE' does that."
            );
        }

        return ExitCodes.Success;
    }

    // A file gets the very bytes, which somebody may have signed.
    private Task WriteAsync(string? file, byte[] document) =>
        string.IsNullOrEmpty(file)
            ? Host.Screen.Output.WriteAsync(Encoding.UTF8.GetString(document))
            : OutputFiles.WriteBytesAsync(Host.PathOf(file), document);
}
