using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Attestations.Choices;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.IO;
using Containerize.Stores.Contents;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize verify REFERENCE</c>.</summary>
internal sealed class VerifyCommand : ToolCommand
{
    private readonly Argument<string> _reference = CommonOptions.Operand(
        new Argument<string>("reference") { Description = CommonOptions.References }
    );
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _engine = CommonOptions.Engine();
    private readonly Option<string> _type = PredicateOption.Create(
        "Demand an attestation of this type by the key, instead of a signature."
    );
    private readonly SignerOptions _signer = new("Demand a signature of the image");
    private readonly NotationOptions _notation = new("Demand a signature that is trusted by");
    private readonly Option<string> _platform = CommonOptions.OnePlatform(
        "Demand it of the image for this platform, and not of all of them together."
    );

    public VerifyCommand(ToolHost host)
        : base(host, "verify", "Recomputes everything that an image claims, and lists all that is wrong.")
    {
        Add(_reference);
        Add(_json);
        Add(_engine);
        _signer.AddTo(this);
        CommonOptions.DemandValues(this, _type);
        _notation.AddTo(this);
        CommonOptions.DemandValues(this, _platform);
        Validators.Add(result =>
        {
            if (
                result.GetValue(_platform) is { Length: > 0 }
                && !GivenOptions.IsWayChosen(SignerTable.Demanding, result)
            )
                result.AddError(
                    "--platform says of which image a signature is demanded, and none is: add --key, "
                        + "--certificate-identity or --notation-policy, or leave it out."
                );
        });
        Examples =
        [
            ("containerize verify oci:out:v1", "checks every digest, size, diff id and tar of an image in a layout"),
            (
                "containerize verify registry.example/shop:v1 --key cosign.pub",
                "demands a signature of the image by that key, too"
            ),
            ("containerize verify oci:out:v1 --key cosign.pub", "so does one in a layout, with nothing else at hand"),
            (
                "containerize verify registry.example/shop:v1 --notation-policy trustpolicy.json",
                "demands one that the trust policy of Notation trusts"
            ),
            (
                "containerize verify registry.example/shop:v1 --certificate-identity "
                    + "https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main "
                    + "--certificate-oidc-issuer https://token.actions.githubusercontent.com "
                    + "--trusted-root trusted_root.json",
                "demands a keyless signature of that workflow"
            ),
            (
                "containerize verify registry.example/shop:v1 --json",
                "does so with all platforms in a registry, and answers in JSON"
            ),
        ];
    }

    // 1 is the answer no.
    protected override int Failure => ExitCodes.Usage;

    protected override void Check(ParseResult line) => SignerOptions.Check(line);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_reference);
        var (signer, policy) = (_signer.Open(Host, line), _notation.Open(Host, line));
        var type = line.GetValue(_type) is { Length: > 0 } word
            ? PredicateTypeNames.Parse(word)
            : SignedStatement.SignatureType;
        var (report, signatures, notation) = await Host.Screen.ShowAsync(async progress =>
        {
            using var client = Host.CreateClient([], progress, name);
            using var opened = await OpenedImages.OpenAsync(
                Host,
                name,
                line.GetRequiredValue(_engine),
                client,
                cancellationToken
            );
            // What is not there is asked for before gigabytes are read.
            var place = signer is null && policy is null ? null : KeyOptions.SignaturesOf(opened);
            var contents = await opened.ContentsAsync(cancellationToken);
            var subject = await SubjectAsync(line, contents, cancellationToken);
            var found = signer is null
                ? null
                : await new ImageSignatures(place!).CheckAsync(
                    new SignatureCheck(signer, subject.Digest, type),
                    cancellationToken
                );
            var trust = policy is null
                ? null
                : await new NotationSignatures(place!).CheckAsync(subject, policy, cancellationToken);
            return (await ImageVerification.RunAsync(contents, cancellationToken), found, trust);
        });
        if (line.GetValue(_json))
            Host.Screen.Write(Json(name, report, signatures, notation));
        else
            Write(name, report, signer, signatures, notation);
        return report.IsValid && signatures is not { IsSigned: false } && notation is not { IsTrusted: false }
            ? ExitCodes.Success
            : ExitCodes.No;
    }

    // Out of the same documents as those that are verified.
    private async Task<Descriptor> SubjectAsync(
        ParseResult line,
        IImageContents contents,
        CancellationToken cancellationToken
    )
    {
        if (CommonOptions.ReadPlatform(line, _platform) is not { } platform)
            return await contents.ResolveAsync(cancellationToken);
        var images = await new ImageSetReader(contents).ReadAsync(cancellationToken);
        // Clients go by the descriptor, and the config is what runs: what only one of them says is somebody's trap.
        var meant = images
            .Images.Where(image => platform.Matches(image.Config.Platform))
            .Select(image => image.Manifest.Descriptor)
            .Concat(images.Index?.Manifests.Where(each => IsFor(each.Platform)) ?? [])
            .DistinctBy(each => each.Digest)
            .ToList();
        return meant is [var one]
            ? one
            : throw new ContainerizeException(
                DiagnosticTable.PlatformMissing,
                meant.Count == 0
                    ? $"{contents.Where} has no image for {platform}, but for "
                        + string.Join(", ", images.Images.Select(image => image.Config.Platform))
                        + ". Write one of these after --platform, or leave it out."
                    : $"{contents.Where} has {meant.Count} images for {platform} by its index or by their configs, and "
                        + "which one is pulled depends on the client. Name one by its digest, such as "
                        + $"'{meant[0].Digest}'."
            );

        bool IsFor(Platform? named) => named is not null && platform.Matches(named);
    }

    private void Write(
        string name,
        VerificationReport report,
        TrustedSigner? signer,
        SignatureReport? signatures,
        NotationReport? notation
    )
    {
        Host.Screen.Heading($"{name} {report.Root.Digest}");
        foreach (var violation in report.Violations)
            Host.Screen.Write(PlainText.Line($"  {violation}"));
        var amount = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Images} {(report.Images == 1 ? "image" : "images")}, {report.Contents} contents, "
                + $"{ByteSize.Text(report.Bytes)}"
        );
        var count = report.Violations.Length;
        Host.Screen.Write(
            report.IsValid
                ? $"  all as it should be: {amount}"
                : $"  {count} {(count == 1 ? "violation" : "violations")} in {amount}"
        );
        if (signatures is not null)
            Host.Screen.Write(
                PlainText.Line(
                    signatures.IsSigned
                        ? $"  {Of(signatures.Image)}signed by {signer!.Name}: {signatures.Found[^1].Where}"
                        : $"  {Of(signatures.Image)}not signed by {signer!.Name}: it {signatures.Why}"
                )
            );
        foreach (var text in notation is null ? [] : NotationOptions.Lines(notation, Of(notation.Image)))
            Host.Screen.Write(PlainText.Line(text));

        // What is signed of several is not all of it.
        string Of(Digest subject) => subject == report.Root.Digest ? "" : $"{subject} is ";
    }

    private static string Json(
        string name,
        VerificationReport report,
        SignatureReport? signatures,
        NotationReport? notation
    )
    {
        var json = new JsonObject
        {
            ["name"] = name,
            ["digest"] = report.Root.Digest.ToString(),
            ["valid"] = report.IsValid,
            ["images"] = report.Images,
            ["contents"] = report.Contents,
            ["bytes"] = report.Bytes,
            ["violations"] = new JsonArray([
                .. report.Violations.Select(violation => new JsonObject
                {
                    ["where"] = violation.Where,
                    ["what"] = violation.What,
                }),
            ]),
        };
        if (signatures is not null)
            json["signature"] = new JsonObject
            {
                ["subject"] = signatures.Image.ToString(),
                ["signed"] = signatures.IsSigned,
                ["olderFormRead"] = signatures.ReadsOldForm,
                ["found"] = new JsonArray([
                    .. signatures.Found.Select(found => new JsonObject
                    {
                        ["where"] = found.Where,
                        ["fault"] = found.Fault,
                    }),
                ]),
            };
        if (notation is not null)
            json["notation"] = NotationOptions.Json(notation);
        return ToolJson.Text(json);
    }
}
