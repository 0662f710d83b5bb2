using Containerize.Diagnostics;

namespace Containerize.Http;

/// <summary>A failure that may pass when the same is tried again. Never leaves the registry client.</summary>
internal sealed class TransientException : Exception
{
    public TransientException(ContainerizeException error, TimeSpan? wait = null)
        : base(error.Message, error)
    {
        Error = error;
        Wait = wait;
    }

    /// <summary>The error for the user when it does not pass.</summary>
    public ContainerizeException Error { get; }

    /// <summary>How long the registry asks us to wait, or null.</summary>
    public TimeSpan? Wait { get; }
}
