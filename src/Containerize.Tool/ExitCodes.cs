namespace Containerize.Tool;

/// <summary>How the program ends; documented in docs/tool.md.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The answer is no (diff, verify), or it could not be done with what was given.</summary>
    public const int No = 1;

    /// <summary>The command line means nothing; for diff and verify also whatever kept them from an answer.</summary>
    public const int Usage = 2;

    /// <summary>A defect of ours.</summary>
    public const int Defect = 3;

    /// <summary>Ended by Ctrl+C, as shells count it: 128 and the number of SIGINT.</summary>
    public const int Cancelled = 130;
}
