using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Containerize.Compose;

/// <summary>The YAML of a Compose file as a tree: objects, arrays, texts, and null for a value that is left
/// out.</summary>
internal sealed class ComposeYaml
{
    // Far more than a file that somebody wrote has; anchors can name each other to no end.
    private const int MostNodes = 100_000;
    private const int DeepestNode = 100;

    private readonly string _file;
    private int _nodes;

    private ComposeYaml(string file) => _file = file;

    /// <summary>Reads a file.</summary>
    /// <param name="file">What messages call it.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="ContainerizeException">CTZ0340.</exception>
    public static JsonObject Read(string file, string text)
    {
        var stream = new YamlStream();
        try
        {
            RefuseDeep(file, text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            throw Invalid($"{file}:{exception.Start.Line}:{exception.Start.Column}", PlainText.Line(exception.Message));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What the library makes of some brackets that do not end.
            throw Invalid(file, $"it is no YAML: {PlainText.Line(exception.Message)}");
        }

        return stream.Documents.Count == 0 ? []
            : stream.Documents.Count > 1 ? throw Invalid(file, "it holds several documents; write one file for each")
            : new ComposeYaml(file).Convert(stream.Documents[0].RootNode, 0) as JsonObject
                ?? throw Invalid(file, "it is no mapping; 'services:' is missing");
    }

    // The tree is made by a recursion, and a stack that is too small ends the process.
    private static void RefuseDeep(string file, string text)
    {
        var (events, depth) = (new Parser(new StringReader(text)), 0);
        while (events.MoveNext())
        {
            depth += events.Current!.NestingIncrease;
            if (depth > DeepestNode)
                throw Invalid($"{file}:{events.Current.Start.Line}", "it nests deeper than a Compose file can mean");
        }
    }

    /// <summary>An error about a place of a file.</summary>
    public static ContainerizeException Invalid(string place, string why) =>
        new(DiagnosticTable.ComposeInvalid, $"{place}: {why.TrimEnd('.')}.");

    private JsonNode? Convert(YamlNode node, int depth)
    {
        var place = $"{_file}:{node.Start.Line}:{node.Start.Column}";
        if (++_nodes > MostNodes || depth > DeepestNode)
            throw Invalid(place, "its anchors and lists unfold to more than a Compose file can mean");
        if (!node.Tag.IsEmpty && node.Tag.Value is ['!', not '!', ..])
            throw Invalid(place, $"the tag '{node.Tag.Value}' means nothing here; write the whole value into one file");
        switch (node)
        {
            case YamlMappingNode mapping:
                var all = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                    Add(all, (key as YamlScalarNode)?.Value ?? throw Invalid(place, "a key is no text"), value, depth);
                return all;
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Children.Select(child => Convert(child, depth + 1))]);
            default:
                var scalar = (YamlScalarNode)node;
                return scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null"
                    ? null
                    : JsonValue.Create(scalar.Value);
        }
    }

    // What stands in the mapping itself counts before what it merges in.
    private void Add(JsonObject all, string key, YamlNode value, int depth)
    {
        if (key != "<<")
        {
            all[key] = Convert(value, depth + 1);
            return;
        }

        foreach (var merged in value is YamlSequenceNode several ? several.Children : (IEnumerable<YamlNode>)[value])
        {
            foreach (var (name, below) in Convert(merged, depth + 1) as JsonObject ?? [])
                all.TryAdd(name, below?.DeepClone());
        }
    }
}
