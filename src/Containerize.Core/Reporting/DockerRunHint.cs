using Containerize.Images;
using Containerize.Publishing.Outputs;

namespace Containerize.Reporting;

/// <summary>The one command line that runs an image from where it went.</summary>
internal static class DockerRunHint
{
    // More than a line holds well are left to the engine's choice of ports.
    private const int PortsToName = 4;

    /// <summary>
    /// By digest out of the first registry; else by name in the engine that has it; else out of the tarball; else out
    /// of the layout, which Podman reads; but Podman, skopeo and buildah find only manifests of OCI's format by their
    /// tag in a layout, so one of Docker's is given to an engine. Ports of the image are published under their own
    /// numbers.
    /// </summary>
    public static string Of(Destinations destinations, ImageSet images)
    {
        var name = destinations.Names[0];
        var ports = Ports(images.For(destinations.Machine));
        if (!destinations.Registries.IsEmpty)
            return $"docker run --rm {ports}{name.Name}@{images.Digest}";
        if (destinations.Engine.Length > 0)
            return destinations.Engine.Equals("Podman", StringComparison.OrdinalIgnoreCase)
                ? $"podman run --rm {ports}{name}"
                : $"docker run --rm {ports}{Familiar(name)}";
        if (destinations.ArchivePath is { } archive)
            return $"docker load -i {Quoted(archive)} && docker run --rm {ports}{Familiar(name)}";
        var place = Quoted($"oci:{destinations.Layout}:{name.Tag}");
        return images.Index is null && images.Images[0].Manifest.Format == ImageFormat.Docker
            ? $"containerize copy {place} daemon:{Familiar(name)} && docker run --rm {ports}{Familiar(name)}"
            : $"podman run --rm {ports}{place}";
    }

    private static string Ports(Image image)
    {
        var ports = image.Config.ExposedPorts;
        return ports.Length > PortsToName ? "-P " : string.Concat(ports.Select(port => $"-p {Mapping(port)} "));
    }

    private static string Mapping(string port) =>
        port.Split('/') switch
        {
            [var number, not "tcp"] => $"{number}:{port}",
            var parts => $"{parts[0]}:{parts[0]}",
        };

    // Docker shows and takes names of its own hub without it.
    private static string Familiar(ImageReference name)
    {
        const string Library = "library/";
        if (name.Registry != ImageReference.DockerHub)
            return name.ToString();
        var isOfLibrary = name.Repository.StartsWith(Library, StringComparison.Ordinal);
        return $"{(isOfLibrary ? name.Repository[Library.Length..] : name.Repository)}:{name.Tag}";
    }

    private static string Quoted(string text) =>
        text.All(letter => char.IsLetterOrDigit(letter) || "/\\:._-+@".Contains(letter, StringComparison.Ordinal))
            ? text
            : $"\"{text}\"";
}
