using System.Runtime.InteropServices;
using Composer.Core.Code;

namespace Composer.Core.Faults;

/// <summary>
/// The fault that tests plan for this process by <see cref="Variable"/>. Without it every call here is one look
/// at a constant.
/// </summary>
[CodeBoundary]
public static partial class FaultInjection
{
    /// <summary>The environment variable; processes that this one starts inherit it.</summary>
    public const string Variable = "COMPOSER_FAULT";

    /// <summary>Names a file to which each strike adds a line, so that a test knows that there was one.</summary>
    public const string LogVariable = "COMPOSER_FAULT_LOG";

    private const int Kill = 9;
    private static readonly Fault? InProcess = Read();

    /// <summary>The planned fault; null everywhere but in tests.</summary>
    public static Fault? Planned => InProcess;

    /// <summary>Says that the process has come to a point.</summary>
    public static void Pass(PublishingPoint point)
    {
        if (InProcess is not null)
        {
            Strike(InProcess, Fault.NameOf(point));
        }
    }

    private static void Strike(Fault fault, string at)
    {
        if (fault.Strikes(at))
        {
            if (Environment.GetEnvironmentVariable(LogVariable) is { Length: > 0 } log)
            {
                File.AppendAllText(log, $"{at} {fault.Action} {Environment.ProcessId}\n");
            }

            Die(fault.Action);
        }
    }

    private static void Die(FaultAction action)
    {
        if (action is FaultAction.KillParent or FaultAction.KillBoth)
        {
            _ = Signal(Parent(), Kill);
        }

        if (action is FaultAction.Kill or FaultAction.KillBoth)
        {
            _ = Signal(Environment.ProcessId, Kill);
        }
    }

    private static Fault? Read() =>
        !OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Fault.Parse(text) : null;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int Parent();
}
