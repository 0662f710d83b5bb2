using System.CommandLine;
using System.Text.Json.Nodes;
using Containerize.Attestations.Registries;
using Containerize.Images;

namespace Containerize.Tool.Commands;

/// <summary>A trust policy of Notation, and what it says of an image.</summary>
/// <param name="help">What <c>--notation-policy</c> says of itself.</param>
internal sealed class NotationOptions(string help)
{
    private readonly Option<string> _policy = new("--notation-policy")
    {
        Description = help + " this trust policy of Notation: trustpolicy.json.",
        HelpName = "FILE",
    };

    private readonly Option<string> _store = new("--notation-store")
    {
        Description = "The folder with x509/ca/NAME of that policy; trust-store beside the policy when not given.",
        HelpName = "DIR",
    };

    public void AddTo(Command command) => CommonOptions.DemandValues(command, _policy, _store);

    /// <summary>The policy and its store; null where none is named.</summary>
    public NotationTrust? Open(ToolHost host, ParseResult line)
    {
        if (line.GetValue(_policy) is not { Length: > 0 } name)
            return null;
        var policy = host.PathOf(name);
        return new(
            policy,
            line.GetValue(_store) is { Length: > 0 } folder
                ? host.PathOf(folder)
                : Path.Combine(Path.GetDirectoryName(policy)!, "trust-store")
        );
    }

    /// <summary>What a report says, in lines.</summary>
    /// <param name="report">The report.</param>
    /// <param name="subject">Words that say what it is about; empty where that is all of it.</param>
    public static IEnumerable<string> Lines(NotationReport report, string subject)
    {
        var policy = $"the trust policy '{report.Policy}' ({report.Level})";
        if (report.IsSkipped)
            yield return $"  {subject}not checked: {policy} skips this repository";
        else if (report.Counts is { } counts)
        {
            yield return $"  {subject}signed as {policy} demands: {counts.Where}";
            foreach (var warning in counts.Warnings)
                yield return $"  only logged: {warning}";
        }
        else
        {
            yield return $"  {subject}not signed as {policy} demands: it has "
                + (report.Found.IsEmpty ? "no signature of Notation" : "no signature of Notation that counts");
            foreach (var found in report.Found)
                yield return $"    {found.Where}: {found.Fault}";
            if (report.IsAtLimit)
                yield return $"    no more than {ImageSignatures.Most} are read";
        }
    }

    /// <summary>A report in JSON.</summary>
    public static JsonObject Json(NotationReport report) =>
        new()
        {
            ["subject"] = report.Image.ToString(),
            ["signed"] = report.Counts is not null,
            ["trusted"] = report.IsTrusted,
            ["policy"] = report.Policy,
            ["level"] = report.Level,
            ["found"] = new JsonArray([
                .. report.Found.Select(found => new JsonObject
                {
                    ["where"] = found.Where,
                    ["fault"] = found.Fault,
                    ["warnings"] = OciJson.From(found.Warnings),
                }),
            ]),
        };
}
