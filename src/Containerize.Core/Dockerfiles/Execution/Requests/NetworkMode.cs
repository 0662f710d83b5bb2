using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Execution.Requests;

/// <summary>Which network a command sees (<c>RUN --network=…</c>).</summary>
public enum NetworkMode
{
    /// <summary>One of its own with a way out, where the machine can give one; else that of the machine, with a
    /// warning.</summary>
    Default,

    /// <summary>None but the loopback.</summary>
    None,

    /// <summary>That of the machine.</summary>
    Host,
}

/// <summary>Reads a network mode.</summary>
public static class NetworkModes
{
    /// <summary><c>default</c>, <c>none</c> or <c>host</c>; empty is the default.</summary>
    /// <param name="setting">The setting, for errors.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="ContainerizeException">CTZ0015 for anything else.</exception>
    public static NetworkMode Parse(string setting, string text) =>
        text.ToUpperInvariant() switch
        {
            "" or "DEFAULT" => NetworkMode.Default,
            "NONE" => NetworkMode.None,
            "HOST" => NetworkMode.Host,
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                $"{setting} is '{text}'. Set it to default, none or host."
            ),
        };
}
