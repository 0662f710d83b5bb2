using Containerize.IO;

namespace Containerize.Packages.Sources;

/// <summary>How files are brought from package sources.</summary>
public sealed record TransferOptions
{
    /// <summary>Receives the progress of each file.</summary>
    public IProgress<WorkProgress> Progress { get; init; } = NoProgress.Instance;

    /// <summary>How long a server may send nothing; then it is asked again.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Names and passwords for addresses that hold none.</summary>
    public Lazy<AptLogins> Logins { get; init; } = new(AptLogins.None);

    /// <summary>The clock for waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
