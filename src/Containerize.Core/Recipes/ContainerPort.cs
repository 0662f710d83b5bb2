using System.Globalization;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Recipes;

/// <summary>A port that the app listens on (image-spec, config.md, <c>ExposedPorts</c>).</summary>
/// <param name="Number">1 to 65535.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public sealed partial record ContainerPort(int Number, string Protocol)
{
    /// <summary>Reads a port and its protocol; an empty protocol is <c>tcp</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0051.</exception>
    public static ContainerPort Parse(string number, string protocol)
    {
        var known = protocol.Length == 0 ? "tcp" : protocol.ToLowerInvariant();
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value is >= 1 and <= 65535 && known is "tcp" or "udp"
            ? new ContainerPort(value, known)
            : throw new ContainerizeException(DiagnosticTable.InvalidPort,
                $"'{number}/{known}' is not a port. Write <ContainerPort Include=\"8080\" Type=\"tcp\" /> with a number from 1 to 65535 and the type tcp or udp.");
    }

    /// <summary>
    /// The ports that ASP.NET Core will listen on by the image's environment: those of <c>ASPNETCORE_URLS</c> alone if it
    /// is set, else of <c>ASPNETCORE_HTTP_PORTS</c> and <c>ASPNETCORE_HTTPS_PORTS</c>, as ASP.NET Core itself prefers.
    /// </summary>
    public static IEnumerable<ContainerPort> OfEnvironment(ImageConfig config)
    {
        var numbers = config.Variable("ASPNETCORE_URLS") is { Length: > 0 } urls
            ? Split(urls).Select(url => UrlPort().Match(url)).Where(match => match.Success).Select(match => match.Groups[1].Value)
            : Split(config.Variable("ASPNETCORE_HTTP_PORTS")).Concat(Split(config.Variable("ASPNETCORE_HTTPS_PORTS")));
        foreach (var number in numbers)
        {
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= 65535)
                yield return new ContainerPort(value, "tcp");
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Protocol}");

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"^\w+://(?:\[[^\]]*\]|[^/:]+):(\d+)(?:/|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPort();
}
