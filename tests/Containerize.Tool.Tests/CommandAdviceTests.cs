using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Tool.Output;

namespace Containerize.Tool.Tests;

/// <summary>Errors of commands do not send people to properties of a project that they do not have.</summary>
public sealed partial class CommandAdviceTests
{
    private const byte LoadString = 0x72;
    private const byte StringToken = 0x70;

    private static readonly string[] Rooms =
    [
        "Images",
        "Stores",
        "Caching",
        "Packages",
        "Dockerfiles",
        "FileSystems",
        "Inspection.Diff",
        "Inspection.Verification",
        "Layers",
        "Entries",
        "Compression",
        "IO",
        "Tar",
        "Http",
    ];

    // Types that only a publish uses: their messages are about a project's own settings.
    private static readonly string[] OfPublishes =
    [
        "Healthcheck",
        "PackageLock",
        "PackageLockFile",
        "PackageMirror",
        "RepositoryName",
    ];

    [Fact]
    public void No_property_is_left_in_what_a_command_can_say()
    {
        var left = Texts()
            .Select(text => (text.Type, Said: CommandAdvice.Of(text.Text)))
            .Where(text => Property().IsMatch(text.Said))
            .Select(text => $"{text.Type}: {text.Said}")
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal([], left);
    }

    [Fact]
    public void The_command_says_its_own_options() =>
        Assert.Equal(
            "acme/app is an image for linux/arm64. Choose another base image or another --platform.",
            CommandAdvice.Of(
                "acme/app is an image for linux/arm64. Choose another base image or another ContainerRuntimeIdentifier."
            )
        );

    // The literals in the code of Core's rooms.
    private static List<(string Type, string Text)> Texts()
    {
        using var file = new PEReader(File.OpenRead(typeof(Diagnostic).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var texts = new List<(string, string)>();
        foreach (
            var method in metadata
                .MethodDefinitions.Select(metadata.GetMethodDefinition)
                .Where(method => method.RelativeVirtualAddress != 0)
        )
        {
            var type = Outermost(metadata, method.GetDeclaringType());
            var (room, name) = (metadata.GetString(type.Namespace), metadata.GetString(type.Name));
            if (
                !Rooms.Any(known =>
                    room == $"Containerize.{known}"
                    || room.StartsWith($"Containerize.{known}.", StringComparison.Ordinal)
                ) || OfPublishes.Contains(name)
            )
                continue;
            var code = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            for (var at = 0; at + 4 < code.Length; at++)
            {
                var token = BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at + 1));
                if (
                    code[at] == LoadString
                    && token >>> 24 == StringToken
                    && (token & 0xffffff) < metadata.GetHeapSize(HeapIndex.UserString)
                )
                    texts.Add((name, metadata.GetUserString(MetadataTokens.UserStringHandle(token & 0xffffff))));
            }
        }

        return texts;
    }

    private static TypeDefinition Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Outermost(metadata, outer) : type;
    }

    [GeneratedRegex(@"(?<![A-Za-z.])Container[A-Z][A-Za-z]+\b")]
    private static partial Regex Property();
}
