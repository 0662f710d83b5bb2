namespace Containerize.Stores.Addresses;

/// <summary>The kinds of places that an image can go to.</summary>
public enum SinkKind
{
    Registry,
    Layout,
    Archive,
    Engine,

    /// <summary>The root file system alone, as a tar.</summary>
    RootTar,

    /// <summary>The root file system alone, in a folder.</summary>
    RootFolder,
}
