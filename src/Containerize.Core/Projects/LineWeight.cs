namespace Containerize.Projects;

/// <summary>Who reads a line: readers of a detailed log, readers of a usual one, or everyone.</summary>
public enum LineWeight
{
    Low,
    Normal,
    High,
}
