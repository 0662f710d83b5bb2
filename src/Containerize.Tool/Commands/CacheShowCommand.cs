using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Caching;
using Containerize.IO;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize cache show</c>.</summary>
internal sealed class CacheShowCommand : ToolCommand
{
    private readonly Option<string> _folder = CacheCommand.Folder();
    private readonly Option<bool> _json = CommonOptions.Json();

    public CacheShowCommand(ToolHost host)
        : base(host, "show", "Shows how much is kept, kind by kind.")
    {
        Add(_folder);
        Add(_json);
        Examples = [("containerize cache show", "lists what the cache holds, with sizes and times of last use")];
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var folder = Host.Cache(line.GetValue(_folder));
        var kinds = CacheContents.Of(folder);
        var total = kinds.Sum(kind => kind.Room.Bytes);
        if (line.GetValue(_json))
            Host.Screen.Write(
                ToolJson.Text(
                    new JsonObject
                    {
                        ["path"] = folder.Path,
                        ["bytes"] = total,
                        ["kinds"] = new JsonArray([
                            .. kinds.Select(kind => new JsonObject
                            {
                                ["kind"] = kind.Kind,
                                ["files"] = kind.Room.Files,
                                ["bytes"] = kind.Room.Bytes,
                                ["lastUsed"] = Time(kind.LastUsed),
                            }),
                        ]),
                    }
                )
            );
        else
        {
            Host.Screen.Heading($"{folder.Path}  {ByteSize.Text(total)}");
            foreach (var kind in kinds)
                Host.Screen.Write(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"  {kind.Kind, -12} {kind.Room.Files, 8} files {ByteSize.Text(kind.Room.Bytes), 12}  "
                            + $"{Time(kind.LastUsed)}"
                    )
                );
        }

        return Task.FromResult(ExitCodes.Success);
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
