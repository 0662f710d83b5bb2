using System.Collections.Immutable;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Execution.Requests;

/// <summary>One command that is to be run, with everything that it sees.</summary>
public sealed record RunRequest
{
    /// <summary>The image so far: its layers are the root of the file system.</summary>
    public required Image State { get; init; }

    /// <summary>The words of the command, the shell before a line for the shell.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>All its variables: those of the image, and the build's arguments.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>The absolute path that it is started in; it is made if it is not there.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The user and group as <c>USER</c> has them, by name or number; empty for root.</summary>
    public string User { get; init; } = "";

    /// <summary>What is mounted beside the image, in the order of the instruction.</summary>
    public ImmutableArray<RunMount> Mounts { get; init; } = [];

    public NetworkMode Network { get; init; }

    /// <summary>What the image runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The most recent time that a changed file may have, and that of every file after it.</summary>
    public DateTimeOffset Time { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The folder for what <c>--mount=type=cache</c> keeps from build to build; an absolute path.</summary>
    public required string CacheMountFolder { get; init; }

    /// <summary>Takes each line that the command writes to its output or its errors.</summary>
    public Action<string> Output { get; init; } = _ => { };

    /// <summary>Takes what is suspicious about how the command is run, once for all commands of a runner.</summary>
    public Action<string> Warning { get; init; } = _ => { };

    /// <summary>What is known of the files of images already; null to read their layers.</summary>
    internal ImageFileSystemCache? Views { get; init; }

    /// <summary>The instruction as it is written, for errors: <c>Dockerfile:12:1: RUN make</c>.</summary>
    public required string Where { get; init; }
}
