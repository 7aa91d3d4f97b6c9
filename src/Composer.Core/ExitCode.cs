namespace Composer.Core;

/// <summary>Exit codes of every front door.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A stage failed.</summary>
    public const int StageFailed = 1;

    /// <summary>The user's input is wrong; nothing ran.</summary>
    public const int UserInput = 2;

    /// <summary>A stage needs something that this machine lacks (a GPU, an agent); nothing ran.</summary>
    public const int Blocked = 3;

    /// <summary>Cancelled by Ctrl-C or SIGTERM; what was finished is kept.</summary>
    public const int Cancelled = 130;
}
