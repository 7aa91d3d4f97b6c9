namespace Composer.Build;

/// <summary>The exit codes of every front door (Composer.Core.ExitCode; the build references no product project).</summary>
internal static class ExitCodes
{
    public const int Failed = 1;
    public const int UserInput = 2;
    public const int Blocked = 3;
}
