using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Containerize.Inspection.Report;

/// <summary>The facts of a report as programs read them; <c>docs/report.schema.json</c> says what is in them.</summary>
public static class ReportJson
{
    /// <summary>The facts of the page, every file among them.</summary>
    public static JsonObject Of(ImageReport report) =>
        new()
        {
            ["name"] = report.Name,
            ["digest"] = report.Digest.ToString(),
            ["platforms"] = List(
                report.Platforms,
                platform => new JsonObject
                {
                    ["platform"] = platform.Platform.ToString(),
                    ["digest"] = platform.Digest.ToString(),
                    ["bytes"] = platform.Bytes,
                }
            ),
            ["platform"] = report.Platform.ToString(),
            ["manifest"] = report.ManifestDigest.ToString(),
            ["imageId"] = report.ImageId.ToString(),
            ["created"] = report.Created,
            ["base"] = report.Base is { } from
                ? new JsonObject
                {
                    ["name"] = from.Name,
                    ["digest"] = from.Digest,
                    ["created"] = from.Created,
                }
                : null,
            ["bytes"] = report.Bytes,
            ["layers"] = List(report.Layers, Layer),
            ["packages"] = List(
                report.Packages,
                package => new JsonObject
                {
                    ["kind"] = Word(package.Package.Kind),
                    ["name"] = package.Package.Name,
                    ["version"] = package.Package.Version,
                    ["license"] = package.License,
                    ["bytes"] = package.Bytes,
                    ["size"] = package.Size,
                    ["files"] = package.Files,
                    ["layers"] = new JsonArray([.. package.Layers.Select(layer => (JsonNode)layer)]),
                }
            ),
            ["attached"] = report.Attached is { } attached ? Attached(attached) : null,
            ["config"] = Config(report.Config),
            ["dockerfile"] = report.Dockerfile,
            ["comparison"] = report.Comparison is { } comparison ? Comparison(comparison) : null,
            ["shared"] = report.Shared is { } shared ? Shared(shared) : null,
        };

    private static JsonObject Layer(ReportedLayer layer) =>
        new()
        {
            ["index"] = layer.Index,
            ["name"] = layer.Name,
            ["kind"] = Word(layer.Kind),
            ["digest"] = layer.Digest.ToString(),
            ["diffId"] = layer.DiffId.ToString(),
            ["compression"] = layer.Compression,
            ["bytes"] = layer.Bytes,
            ["size"] = layer.Size,
            ["createdBy"] = layer.CreatedBy,
            ["fate"] = layer.Fate,
            ["removals"] = layer.Removals,
            ["otherBytes"] = layer.OtherBytes,
            ["files"] = List(
                layer.Files,
                file => new JsonObject
                {
                    ["path"] = file.Path,
                    ["bytes"] = file.Bytes,
                    ["size"] = file.Size,
                    ["package"] = file.Package?.ToString(),
                    ["hidden"] = file.IsHidden,
                }
            ),
        };

    private static JsonObject Attached(ReportedAttachments attached) =>
        new()
        {
            ["fault"] = attached.Fault,
            ["all"] = List(
                attached.All,
                attachment => new JsonObject
                {
                    ["kind"] = Word(attachment.Kind),
                    ["type"] = attachment.Type,
                    ["digest"] = attachment.Digest.ToString(),
                    ["state"] = Word(attachment.State),
                    ["fault"] = attachment.Fault,
                    ["detail"] = attachment.Detail,
                }
            ),
        };

    private static JsonObject Config(ReportedConfig config) =>
        new()
        {
            ["user"] = config.User,
            ["workingDirectory"] = config.WorkingDirectory,
            ["entrypoint"] = Texts(config.Entrypoint),
            ["command"] = Texts(config.Command),
            ["ports"] = Texts(config.Ports),
            ["volumes"] = Texts(config.Volumes),
            ["stopSignal"] = config.StopSignal,
            ["healthcheck"] = config.Healthcheck,
            ["environment"] = List(config.Environment, Variable),
            ["labels"] = List(config.Labels, Variable),
        };

    private static JsonObject Comparison(ReportComparison comparison) =>
        new()
        {
            ["name"] = comparison.Name,
            ["manifest"] = comparison.ManifestDigest.ToString(),
            ["reason"] = comparison.Reason,
            ["pulledBytes"] = comparison.PulledBytes,
            ["addedLayers"] = new JsonArray([.. comparison.AddedLayers.Select(layer => (JsonNode)layer)]),
            ["removedLayers"] = List(
                comparison.RemovedLayers,
                layer => new JsonObject
                {
                    ["name"] = layer.Name,
                    ["digest"] = layer.Digest.ToString(),
                    ["bytes"] = layer.Bytes,
                }
            ),
            ["packages"] = List(
                comparison.Packages,
                package => new JsonObject
                {
                    ["change"] = Word(package.Change),
                    ["kind"] = Word(package.Kind),
                    ["name"] = package.Name,
                    ["before"] = package.Before,
                    ["after"] = package.After,
                    ["bytes"] = package.Bytes,
                }
            ),
            ["files"] = List(
                comparison.Files,
                file => new JsonObject
                {
                    ["change"] = Word(file.Change),
                    ["path"] = file.Path,
                    ["aspects"] = Texts([.. file.Aspects.Select(aspect => Word(aspect))]),
                    ["sizeBefore"] = file.SizeBefore,
                    ["sizeAfter"] = file.SizeAfter,
                    ["layer"] = file.Layer,
                }
            ),
            ["members"] = List(
                comparison.Members,
                member => new JsonObject
                {
                    ["member"] = member.Name,
                    ["before"] = member.A,
                    ["after"] = member.B,
                }
            ),
        };

    private static JsonObject Shared(SharedLayers shared) =>
        new()
        {
            ["apartBytes"] = shared.ApartBytes,
            ["togetherBytes"] = shared.TogetherBytes,
            ["savedBytes"] = shared.SavedBytes,
            ["images"] = List(
                shared.Images,
                image => new JsonObject
                {
                    ["name"] = image.Name,
                    ["manifest"] = image.ManifestDigest.ToString(),
                    ["bytes"] = image.Bytes,
                }
            ),
            ["layers"] = List(
                shared.Layers,
                layer => new JsonObject
                {
                    ["name"] = layer.Name,
                    ["digest"] = layer.Digest.ToString(),
                    ["bytes"] = layer.Bytes,
                    ["in"] = new JsonArray([.. layer.IsIn.Select(isIn => (JsonNode)isIn)]),
                }
            ),
        };

    private static JsonObject Variable(ReportedVariable variable) =>
        new()
        {
            ["name"] = variable.Name,
            ["value"] = variable.Value,
            ["masked"] = variable.IsMasked,
        };

    private static JsonArray List<T>(ImmutableArray<T> values, Func<T, JsonObject> toJson) =>
        new([.. values.Select(toJson)]);

    private static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
