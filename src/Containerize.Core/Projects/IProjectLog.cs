using Containerize.Diagnostics;

namespace Containerize.Projects;

/// <summary>Receives the warnings and lines of a publish.</summary>
public interface IProjectLog
{
    /// <summary>Whether lines of low weight are kept anywhere; what only they need is not read where they are
    /// not.</summary>
    bool ShowsDetails { get; }

    /// <summary>Receives a warning.</summary>
    void Warn(Diagnostic diagnostic, string message);

    /// <summary>Receives a line, or several.</summary>
    void Write(LineWeight weight, string text);
}
