using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;

namespace Containerize.Dockerfiles.Execution.Mounts;

/// <summary>The files of a container that say where names lead.</summary>
internal static class NetworkFiles
{
    /// <summary>The text of <c>/etc/resolv.conf</c>.</summary>
    /// <exception cref="OwnNetworkException">No name server can be reached from a network of the command's own.
    /// </exception>
    public static string ResolvConf(RunnerMachine machine, SandboxNetwork network) =>
        network switch
        {
            SandboxNetwork.None => "",
            SandboxNetwork.Host => Text(machine.ResolvConf),
            _ => NameServers.Reachable([Text(machine.ResolvConf), Text(NameServers.Resolved)])
                ?? throw new OwnNetworkException(
                    $"the name servers in {machine.ResolvConf} are on the loopback of the machine or have "
                        + "addresses of IPv6 only"
                ),
        };

    /// <summary>The text of <c>/etc/hosts</c>.</summary>
    // A name of the machine leads where it leads outside as long as the network is the same.
    public static string Hosts(RunRequest request, RunnerMachine machine, SandboxNetwork network) =>
        (network == SandboxNetwork.Host ? Text(machine.Hosts).TrimEnd() + "\n" : "")
        + $"127.0.0.1 localhost {RunScript.HostName}\n::1 localhost ip6-localhost ip6-loopback\n"
        + string.Concat(request.Resources.Hosts.Select(host => $"{host.Address} {host.Name}\n"));

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
