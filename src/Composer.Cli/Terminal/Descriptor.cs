using System.Runtime.InteropServices;

namespace Composer.Cli.Terminal;

/// <summary>The descriptors of the standard streams.</summary>
internal static partial class Descriptor
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;
    private const int GetFlags = 1;
    private const int ClosedOnExecution = 1;

    /// <summary>
    /// Whether who started the process gave it the descriptor. Where it was closed, the runtime's own files and pipes have taken
    /// the number, and a write would go into them; they are closed on execution, which what came through an execution never is.
    /// </summary>
    public static bool IsGiven(int descriptor) =>
        OperatingSystem.IsWindows() || (Control(descriptor, GetFlags) is var flags and >= 0 && (flags & ClosedOnExecution) == 0);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
