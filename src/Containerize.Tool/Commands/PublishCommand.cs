using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Addresses;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize publish PROJECT</c>: what the package does in a publish, for projects that do not have the
/// package.</summary>
internal sealed class PublishCommand : ToolCommand
{
    private readonly Argument<string> _project = new("project")
    {
        Description = "A project, a solution, or the folder of one; the current folder by default.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _names = new("--tag", "-t")
    {
        Description = "The image's name, as NAME[:TAG]; several tags of one name.",
        HelpName = "NAME[:TAG]",
    };
    private readonly Option<bool> _push = new("--push") { Description = "Push the image to the registry in its name." };
    private readonly Option<string[]> _outputs = new("--output", "-o")
    {
        Description =
            "Where else the image goes: oci:FOLDER, archive:FILE, daemon:, or "
            + "type=oci|docker|registry[,dest=PATH][,tar=false].",
        HelpName = "OUTPUT",
    };

    private readonly Option<string[]> _platforms = new("--platform")
    {
        Description = "The platforms to publish for, several with an index over them.",
        HelpName = "OS/ARCH[/VARIANT]",
    };
    private readonly Option<string> _base = new("--base")
    {
        Description = "The base image; the project's, else Microsoft's, by default.",
        HelpName = "SOURCE",
    };
    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = "The configuration to publish; Release by default.",
        HelpName = "NAME",
    };
    private readonly Option<string> _framework = new("--framework", "-f")
    {
        Description = "The target framework of several.",
        HelpName = "TFM",
    };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _engine = CommonOptions.Engine();
    private readonly Argument<string[]> _arguments = new("arguments")
    {
        Description = "After --: further arguments of dotnet publish, such as -p:ContainerUser=app.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public PublishCommand(ToolHost host)
        : base(host, "publish", "Publishes a .NET project or solution as container images; the project stays as it is.")
    {
        Add(_project);
        Add(_arguments);
        foreach (
            var option in new Option[]
            {
                _names,
                _push,
                _outputs,
                _platforms,
                _base,
                _configuration,
                _framework,
                _json,
                _engine,
            }
        )
            Add(option);
        Examples =
        [
            (
                "containerize publish src/Shop -t shop:v1",
                "makes an image of a project, in a tarball that every engine loads"
            ),
            ("containerize publish src/Shop -t registry.example/shop:v1 --push", "pushes it"),
            (
                "containerize publish Shop.sln --output oci:out --base packages -- -p:SelfContained=true",
                "makes an image of each program of a solution"
            ),
            (
                "containerize publish src/Shop --platform linux/amd64,linux/arm64 -t shop:v1",
                "makes images for two platforms and an index"
            ),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var outputs = (line.GetValue(_outputs) ?? [])
            .Select(text => SinkAddress.ParseOption(text == "daemon:" ? "type=docker" : text, Host.Folder))
            .ToImmutableArray();
        var names = (line.GetValue(_names) ?? []).Select(ImageReference.Parse).ToImmutableArray();
        var push = line.GetValue(_push) || outputs.Any(output => output.Kind == SinkKind.Registry);
        // In 'publish -- -p:X=1' no project is named, and the first of the arguments takes its place.
        string[] own = line.GetValue(_project) is { Length: > 0 } first ? [first] : [];
        var project = Host.PathOf(own is [['-', ..]] or [] ? "." : own[0]);
        PublishedProject.Check(project, [.. own, .. line.GetValue(_arguments) ?? []]);
        var properties = PublishProperties
            .OfNames(names, push)
            .Concat(
                PublishProperties.OfOutputs(
                    outputs,
                    line.GetRequiredValue(_engine),
                    PublishedProject.IsSolution(project)
                )
            )
            .Concat(Properties(line));
        var publish = new DotnetPublish(Host);
        var code = await publish.RunAsync(
            project,
            [.. properties],
            [.. Rest(line), .. own.Where(word => word.StartsWith('-'))],
            cancellationToken
        );
        if (code != 0)
            return ExitCodes.No;
        if (publish.Metadata.IsEmpty)
            throw new ContainerizeException(
                DiagnosticTable.NotContainerizable,
                $"'{project}' was published, and nothing in it is a program that a container could run: there "
                    + "are only libraries, tests or projects that are not publishable, or Containerize is set to "
                    + "false. Name a project with OutputType Exe."
            );
        var images = await ReadAsync(publish.Metadata, cancellationToken);
        if (push && names.IsEmpty && images.FirstOrDefault(image => !IsPushed(image!)) is { } kept)
            throw new ContainerizeException(
                DiagnosticTable.InvalidOutput,
                $"The image {kept["digest"]} was made and not pushed: no registry is named. "
                    + "Write its name with '--tag', such as '--tag registry.example/shop:v1', or set ContainerRegistry "
                    + "in the project."
            );
        Write(images, line.GetValue(_json));
        return ExitCodes.Success;
    }

    // A destination in a registry begins with the image's name there.
    private static bool IsPushed(JsonNode image) =>
        image["names"]!
            .AsArray()
            .Select(name => ImageReference.Parse((string)name!).Name)
            .Any(name =>
                image["destinations"]!
                    .AsArray()
                    .Any(place => ((string)place!).StartsWith(name, StringComparison.Ordinal))
            );

    private IEnumerable<KeyValuePair<string, string>> Properties(ParseResult line)
    {
        var platforms = (line.GetValue(_platforms) ?? [])
            .SelectMany(text => text.Split(','))
            .Select(text => PlatformSuggestions.Checked(Platform.Parse(text, ToolHost.Machine)))
            .ToList();
        if (platforms.Count > 0)
            yield return new(
                "ContainerRuntimeIdentifiers",
                string.Join(';', platforms.Select(platform => platform.ToRuntimeIdentifier()))
            );
        if (line.GetValue(_base) is { Length: > 0 } source)
            yield return new("ContainerBaseImage", source);
    }

    private IEnumerable<string> Rest(ParseResult line)
    {
        if (line.GetValue(_configuration) is { Length: > 0 } configuration)
            yield return $"--configuration={configuration}";
        if (line.GetValue(_framework) is { Length: > 0 } framework)
            yield return $"--framework={framework}";
        foreach (var argument in line.GetValue(_arguments) ?? [])
            yield return argument;
    }

    private static async Task<JsonArray> ReadAsync(ImmutableArray<string> files, CancellationToken cancellationToken)
    {
        var images = new JsonArray();
        foreach (var file in files.Order(StringComparer.Ordinal))
            images.Add(JsonNode.Parse(await File.ReadAllBytesAsync(file, cancellationToken)));
        return images;
    }

    private void Write(JsonArray images, bool json)
    {
        if (json)
        {
            Host.Screen.Write(ToolJson.Text(new JsonObject { ["images"] = images }));
            return;
        }

        foreach (var image in images)
        {
            foreach (var name in image!["names"]!.AsArray())
                Host.Screen.Write($"{name}@{image["digest"]}");
        }
    }
}
