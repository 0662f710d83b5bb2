using Containerize.Images;

namespace Containerize.Dockerfiles.Execution.Requests;

/// <summary>Something that a command sees and that is in no layer (<c>RUN --mount=…</c>).</summary>
/// <param name="Target">The absolute path in the container.</param>
public abstract record RunMount(string Target);

/// <summary><c>type=bind</c>: files of the context or of another stage or image. What is written into it is
/// lost.</summary>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="Source">The path in the context or the image; <c>/</c> is the whole.</param>
public sealed record BindMount(string Target, string Source) : RunMount(Target)
{
    /// <summary>The absolute path of the folder that is mounted from; null for an image.</summary>
    public string? HostFolder { get; init; }

    /// <summary>The image that is mounted from; null for a folder.</summary>
    public Image? Image { get; init; }

    /// <summary>Whether the command may write into it.</summary>
    public bool IsWritable { get; init; }
}

/// <summary>How builds share one cache (<c>sharing=…</c>).</summary>
public enum CacheSharing
{
    /// <summary>All at once.</summary>
    Shared,

    /// <summary>Each gets its own if another has it.</summary>
    Private,

    /// <summary>One waits for the other.</summary>
    Locked,
}

/// <summary><c>type=cache</c>: a folder that stays from build to build.</summary>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="Id">What tells it from others.</param>
public sealed record CacheMount(string Target, string Id) : RunMount(Target)
{
    public CacheSharing Sharing { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>
    /// What the folder begins as, by its content; empty for an empty folder. Caches of one id that begin as different
    /// files are different caches, as in BuildKit.
    /// </summary>
    public string Origin { get; init; } = "";

    /// <summary>The image whose folder it begins as; null for an empty folder.</summary>
    public Image? From { get; init; }

    /// <summary>The path in that image.</summary>
    public string Source { get; init; } = "/";

    /// <summary>The mode of a new folder.</summary>
    public int Mode { get; init; } = 0b111_101_101;

    /// <summary>The owner of a new folder.</summary>
    public int Uid { get; init; }

    /// <summary>The group of a new folder.</summary>
    public int Gid { get; init; }
}

/// <summary><c>type=tmpfs</c>: an empty folder in memory.</summary>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="Size">The most bytes in it; null for no limit of ours.</param>
public sealed record TmpfsMount(string Target, long? Size) : RunMount(Target);

/// <summary><c>type=secret</c>: a file that only this command sees, and a variable if <see cref="Variable"/> says
/// so.</summary>
/// <param name="Target">The absolute path in the container; empty when it is a variable only.</param>
/// <param name="Id">The secret's name, for errors.</param>
/// <param name="Content">Its bytes; they never end up in a layer, the history, a key or a message.</param>
public sealed record SecretMount(string Target, string Id, ReadOnlyMemory<byte> Content) : RunMount(Target)
{
    /// <summary>The variable that holds it; null for none.</summary>
    public string? Variable { get; init; }

    public int Mode { get; init; } = 0b100_000_000;

    public int Uid { get; init; }

    public int Gid { get; init; }

    // A record's own text would tell the content's type at most, but a reader should not have to check.
    public override string ToString() => $"secret {Id}";
}

/// <summary><c>type=ssh</c>: the socket of an agent.</summary>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="Socket">The absolute path of the agent's socket on this machine.</param>
public sealed record SshMount(string Target, string Socket) : RunMount(Target)
{
    public int Mode { get; init; } = 0b110_000_000;

    public int Uid { get; init; }

    public int Gid { get; init; }
}

/// <summary>A file that is there while the command runs: a heredoc that names its own interpreter with
/// <c>#!</c>.</summary>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">Its mode.</param>
public sealed record FileMount(string Target, ReadOnlyMemory<byte> Content, int Mode) : RunMount(Target);
