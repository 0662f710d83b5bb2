using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Inspection.Verification;
using Containerize.IO;
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

    public VerifyCommand(ToolHost host)
        : base(host, "verify", "Recomputes everything that an image claims, and lists all that is wrong.")
    {
        Add(_reference);
        Add(_json);
        Add(_engine);
        Examples =
        [
            ("containerize verify oci:out:v1", "checks every digest, size, diff id and tar of an image in a layout"),
            (
                "containerize verify registry.example/shop:v1 --json",
                "does so with all platforms in a registry, and answers in JSON"
            ),
        ];
    }

    // 1 is the answer no.
    protected override int Failure => ExitCodes.Usage;

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetRequiredValue(_reference);
        var report = await Host.Screen.ShowAsync(async progress =>
        {
            using var client = Host.CreateClient([], progress, name);
            using var opened = await OpenedImages.OpenAsync(
                Host,
                name,
                line.GetRequiredValue(_engine),
                client,
                cancellationToken
            );
            return await ImageVerification.RunAsync(await opened.ContentsAsync(cancellationToken), cancellationToken);
        });
        if (line.GetValue(_json))
            Host.Screen.Write(Json(name, report));
        else
            Write(name, report);
        return report.IsValid ? ExitCodes.Success : ExitCodes.No;
    }

    private void Write(string name, VerificationReport report)
    {
        Host.Screen.Heading($"{name} {report.Root.Digest}");
        foreach (var violation in report.Violations)
            Host.Screen.Write(PlainText.Line($"  {violation}"));
        var amount = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Images} {(report.Images == 1 ? "image" : "images")}, {report.Contents} contents, "
                + $"{ByteSize.Text(report.Bytes)}"
        );
        Host.Screen.Write(
            report.IsValid ? $"  all as it should be: {amount}" : $"  {report.Violations.Length} violations in {amount}"
        );
    }

    private static string Json(string name, VerificationReport report) =>
        ToolJson.Text(
            new JsonObject
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
            }
        );
}
