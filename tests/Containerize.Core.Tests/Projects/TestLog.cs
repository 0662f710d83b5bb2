using Containerize.Diagnostics;
using Containerize.Projects;

namespace Containerize.Core.Tests.Projects;

/// <summary>Keeps what a publish reports.</summary>
internal sealed class TestLog : IProjectLog
{
    /// <summary>Codes and messages of the warnings.</summary>
    public List<(string Code, string Message)> Warnings { get; } = [];

    public List<string> Lines { get; } = [];

    public bool ShowsDetails => true;

    public void Warn(Diagnostic diagnostic, string message) => Warnings.Add((diagnostic.Code, message));

    public void Write(LineWeight weight, string text) => Lines.Add(text);
}
