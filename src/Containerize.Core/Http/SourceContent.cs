namespace Containerize.Http;

/// <summary>The body of a request that comes from a source which can fail by itself.</summary>
internal abstract class SourceContent : HttpContent
{
    /// <summary>The failure of the source; null when the source did not fail.</summary>
    public Exception? SourceFailure { get; protected set; }
}
