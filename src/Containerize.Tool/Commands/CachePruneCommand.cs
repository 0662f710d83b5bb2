using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.Caching;
using Containerize.IO;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize cache prune</c>.</summary>
internal sealed partial class CachePruneCommand : ToolCommand
{
    private readonly Option<string> _folder = CacheCommand.Folder();
    private readonly Option<long> _size = new("--max-size")
    {
        Description = "The most that may stay, as 500MB, 2GiB; what was not used for longest goes first.",
        HelpName = "SIZE",
        CustomParser = ReadSize,
        DefaultValueFactory = _ => CachePruning.DefaultLimit,
    };

    private readonly Option<TimeSpan?> _age = new("--older-than")
    {
        Description = "Also remove what was not used for so long, as 12h, 30d.",
        HelpName = "TIME",
        CustomParser = ReadAge,
    };

    private readonly Option<bool> _all = new("--all")
    {
        Description =
            "Remove everything that no build of the last two hours has used, and all that RUN unpacked and "
            + "kept, but for what a running build holds.",
    };
    private readonly Option<bool> _json = CommonOptions.Json();

    public CachePruneCommand(ToolHost host)
        : base(
            host,
            "prune",
            "Removes from the cache what was not used for longest. What was used in the last two hours stays."
        )
    {
        Add(_size);
        Add(_age);
        Add(_all);
        Add(_folder);
        Add(_json);
        Examples =
        [
            ("containerize cache prune --max-size 2GB", "makes the cache smaller than 2 GB"),
            ("containerize cache prune --older-than 30d", "removes what was not used for thirty days"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var folder = Host.Cache(line.GetValue(_folder));
        var gone = CachePruning.Prune(
            folder,
            line.GetValue(_all) ? 0 : line.GetValue(_size),
            TimeProvider.System,
            line.GetValue(_age)
        );
        if (line.GetValue(_all) && CachePruning.RemoveWhole(folder) is var whole)
            gone = new CacheUsage(gone.Files + whole.Files, gone.Bytes + whole.Bytes);
        if (line.GetValue(_json))
            Host.Screen.Write(
                ToolJson.Text(
                    new JsonObject
                    {
                        ["path"] = folder.Path,
                        ["removedFiles"] = gone.Files,
                        ["removedBytes"] = gone.Bytes,
                    }
                )
            );
        else
            Host.Screen.Write(
                string.Create(CultureInfo.InvariantCulture, $"removed {gone.Files} files, {ByteSize.Text(gone.Bytes)}")
            );
        return Task.FromResult(ExitCodes.Success);
    }

    private static long ReadSize(ArgumentResult result)
    {
        var match = Size().Match(result.Tokens[0].Value);
        if (match.Success)
            return (long)(
                decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                * match.Groups[2].Value.ToUpperInvariant() switch
                {
                    "" or "B" => 1m,
                    "K" or "KB" => 1_000m,
                    "KIB" => 1024m,
                    "M" or "MB" => 1_000_000m,
                    "MIB" => 1024m * 1024,
                    "G" or "GB" => 1_000_000_000m,
                    _ => 1024m * 1024 * 1024,
                }
            );
        result.AddError($"'{result.Tokens[0].Value}' is no size: 500MB and 2GiB are.");
        return 0;
    }

    private static TimeSpan? ReadAge(ArgumentResult result)
    {
        var match = Age().Match(result.Tokens[0].Value);
        if (match.Success)
        {
            var number = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            return match.Groups[2].Value switch
            {
                "d" => TimeSpan.FromDays(number),
                "h" => TimeSpan.FromHours(number),
                _ => TimeSpan.FromMinutes(number),
            };
        }

        result.AddError($"'{result.Tokens[0].Value}' is no time: 12h and 30d are.");
        return null;
    }

    [GeneratedRegex(
        @"^([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*(B|[KMG](?:i?B)?|)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Size();

    [GeneratedRegex(@"^([0-9]{1,6}(?:\.[0-9]{1,6})?)(d|h|m)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Age();
}
