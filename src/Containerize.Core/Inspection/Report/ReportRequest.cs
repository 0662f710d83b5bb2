using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Inspection.Report;

/// <summary>What a report is to be made of.</summary>
/// <param name="Image">The image that is shown.</param>
public sealed record ReportRequest(NamedImages Image)
{
    /// <summary>
    /// The platform that is shown; null for the first of the index, which is the same on every machine.
    /// </summary>
    public Platform? Platform { get; init; }

    /// <summary>The image that it is compared with; null for none.</summary>
    public NamedImages? Against { get; init; }

    /// <summary>What lies beside the image in its registry; null where it is in none.</summary>
    public ReportedAttachments? Attached { get; init; }

    /// <summary>Licences of packages that the image's own records do not name, by name and version.</summary>
    public ImmutableDictionary<(string Name, string Version), string> Licenses { get; init; } =
        ImmutableDictionary<(string, string), string>.Empty;

    /// <summary>What a publish did with each layer, in the order of the layers; empty where there was none.</summary>
    public ImmutableArray<string> Fates { get; init; } = [];

    /// <summary>Images that may share layers with it. Their layers are not read.</summary>
    public ImmutableArray<NamedImages> Others { get; init; } = [];
}
