using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Manifests;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize resolve -f deploy/</c>: YAML files with the images of projects in place of references to
/// them.</summary>
internal sealed class ResolveCommand : ToolCommand
{
    private readonly Option<string[]> _files = new("--filename", "-f")
    {
        Description = "A YAML file, a folder of them, or - for standard input; several times.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<bool> _recursive = new("--recursive", "-R")
    {
        Description = "Look into the folders of a folder, too.",
    };
    private readonly Option<bool> _push = new("--push")
    {
        Description = "Push the images; without it they are only made.",
    };
    private readonly Option<string> _registry = new("--registry")
    {
        Description = "The registry in the images' names; the project's (ContainerRegistry) by default.",
        HelpName = "HOST[:PORT]",
    };

    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = "The configuration to publish; Release by default.",
        HelpName = "NAME",
    };
    private readonly Argument<string[]> _arguments = new("arguments")
    {
        Description = "After --: further arguments of dotnet publish, such as -p:ContainerUser=app.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public ResolveCommand(ToolHost host)
        : base(
            host,
            "resolve",
            $"Writes YAML files with the image of a project, NAME@DIGEST, in place of {YamlFile.Prefix}PATH."
        )
    {
        Add(_arguments);
        foreach (var option in new Option[] { _files, _recursive, _push, _registry, _configuration })
            Add(option);
        Examples =
        [
            (
                "containerize resolve -f deploy/ --push | kubectl apply -f -",
                "publishes and pushes every project that the files name, and applies them"
            ),
            (
                "helm template charts/shop | containerize resolve -f - --registry registry.example --push",
                "does it with what Helm writes"
            ),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var manifests = await ReadAsync(line, cancellationToken);
        var projects = manifests
            .SelectMany(manifest => manifest.Projects)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(path => path, ProjectOf, StringComparer.Ordinal);
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var project in projects.Values.Distinct(StringComparer.Ordinal))
        {
            if (await PublishAsync(project, line, cancellationToken) is not { } image)
                return ExitCodes.No;
            images[project] = image;
        }

        // A reader of the output, as 'kubectl apply', gets all of it or nothing.
        await Host.Screen.Output.WriteAsync(
            YamlFile.Join(manifests.Select(manifest => manifest.With(path => images[projects[path]])))
        );
        return ExitCodes.Success;
    }

    private async Task<ImmutableArray<YamlFile>> ReadAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var manifests = ImmutableArray.CreateBuilder<YamlFile>();
        foreach (var path in line.GetRequiredValue(_files))
        {
            if (path == "-")
            {
                using var content = new MemoryStream();
                await using (var input = Console.OpenStandardInput())
                    await input.CopyToAsync(content, cancellationToken);
                manifests.Add(YamlFile.Read("standard input", content.ToArray()));
                continue;
            }

            foreach (var file in YamlFile.FilesOf(Host.PathOf(path), line.GetValue(_recursive)))
                manifests.Add(YamlFile.Read(file, await BytesAsync(file, cancellationToken)));
        }

        return manifests.ToImmutable();
    }

    private static async Task<byte[]> BytesAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.YamlUnreadable,
                $"'{file}' cannot be read: {exception.Message}",
                exception
            );
        }
    }

    // A folder is the one project in it, so that both names of a project are one publish.
    private string ProjectOf(string path)
    {
        var full = Host.PathOf(path);
        if (File.Exists(full))
            return full;
        var projects = Directory.Exists(full)
            ? Directory.GetFiles(full, "*.*proj").Order(StringComparer.Ordinal).ToArray()
            : null;
        return projects switch
        {
            [var only] => only,
            null => throw Unresolved(
                path,
                $"there is no file or folder '{full}'. The path is relative to the current folder"
            ),
            [] => throw Unresolved(path, $"the folder '{full}' has no project"),
            _ => throw Unresolved(
                path,
                $"the folder '{full}' has several projects; name one of "
                    + $"{string.Join(", ", projects.Select(Path.GetFileName))}"
            ),
        };
    }

    private async Task<string?> PublishAsync(string project, ParseResult line, CancellationToken cancellationToken)
    {
        var push = line.GetValue(_push);
        var registry = line.GetValue(_registry);
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        if (registry is { Length: > 0 })
            properties["ContainerRegistry"] = registry;
        if (!push)
            properties["_ContainerizeWithoutPush"] = "true";
        string[] configuration = line.GetValue(_configuration) is { Length: > 0 } name
            ? [$"--configuration={name}"]
            : [];
        var publish = new DotnetPublish(Host);
        if (
            await publish.RunAsync(
                project,
                properties,
                [.. configuration, .. line.GetValue(_arguments) ?? []],
                cancellationToken
            ) != 0
        )
            return null;
        if (publish.Metadata is not [var file])
            throw Unresolved(
                project,
                publish.Metadata.IsEmpty
                    ? "its publish makes no image: it is a library, a test project or not publishable"
                    : "its publish makes several images"
            );
        var image = JsonNode.Parse(await File.ReadAllBytesAsync(file, cancellationToken))!;
        var reference = ImageReference.Parse((string)image["names"]![0]!);
        if (
            push
            && !image["destinations"]!
                .AsArray()
                .Any(place => ((string)place!).StartsWith(reference.Name + ":", StringComparison.Ordinal))
        )
            throw new ContainerizeException(
                DiagnosticTable.NothingPushed,
                $"'{project}' names no registry, so its image {reference} was pushed nowhere. Say it with "
                    + "--registry registry.example, or set ContainerRegistry in the project."
            );
        return $"{reference.Name}@{image["digest"]}";
    }

    private static ContainerizeException Unresolved(string path, string why) =>
        new(DiagnosticTable.ReferenceUnresolved, $"{YamlFile.Prefix}{path} cannot be resolved: {why}.");
}
