namespace Containerize.Stores.Registries.Push;

/// <summary>The ways that a blob's bytes go to a registry, in the order in which they are tried.</summary>
internal enum UploadMethod
{
    /// <summary>One PUT with all the bytes: what every registry takes and Google's alone.</summary>
    Put,

    /// <summary>One PATCH with all the bytes and an empty PUT: what Docker does.</summary>
    Stream,

    /// <summary>Several PATCHes with some of the bytes each: for proxies that limit the size of a body.</summary>
    Chunks,
}
