using System.CommandLine;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize cache path</c>.</summary>
internal sealed class CachePathCommand : ToolCommand
{
    private readonly Option<string> _folder = CacheCommand.Folder();

    public CachePathCommand(ToolHost host)
        : base(host, "path", "Writes the cache's folder.")
    {
        Add(_folder);
        Examples = [("du -sh \"$(containerize cache path)\"", "has du count the cache")];
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        Host.Screen.Write(Host.Cache(line.GetValue(_folder)).Path);
        return Task.FromResult(ExitCodes.Success);
    }
}
