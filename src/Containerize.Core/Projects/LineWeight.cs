namespace Containerize.Projects;

/// <summary>Who reads a line: everyone, readers of a usual log, or readers of a detailed one.</summary>
public enum LineWeight
{
    Low,
    Normal,
    High,
}
