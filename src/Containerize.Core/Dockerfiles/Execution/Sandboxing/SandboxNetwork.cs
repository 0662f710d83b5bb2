namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>Which network a sandbox has.</summary>
internal enum SandboxNetwork
{
    /// <summary>The machine's.</summary>
    Host,

    /// <summary>A namespace of its own, with a way out.</summary>
    Own,

    /// <summary>A namespace of its own with nothing but a loopback.</summary>
    None,
}
