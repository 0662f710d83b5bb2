namespace Containerize.Repositories;

/// <summary>A repository that cannot be had; the caller, which knows what it is for, makes a coded error of
/// it.</summary>
/// <param name="message">What came back, without a full stop.</param>
/// <param name="inner">What caused it.</param>
internal sealed class GitException(string message, Exception? inner = null) : Exception(message, inner);
