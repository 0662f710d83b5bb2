namespace Containerize.Attestations.Registries;

/// <summary>What became of the documents about an image.</summary>
public enum AttachFate
{
    /// <summary>They are in the registry now.</summary>
    Attached,

    /// <summary>They were there already.</summary>
    AlreadyThere,

    /// <summary>The registry does not list referrers, and a tag for them is not wanted.</summary>
    NotListed,
}
