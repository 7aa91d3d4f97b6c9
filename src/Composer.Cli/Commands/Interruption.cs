using System.Runtime.InteropServices;

namespace Composer.Cli.Commands;

/// <summary>Ctrl-C, SIGTERM and a terminal that is closed, while it lives: the first asks for a clean end, the second is not argued with.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private readonly PosixSignalRegistration hangUp;

    public Interruption()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
    }

    /// <summary>Cancelled by the first of them.</summary>
    public CancellationToken Token => cancellation.Token;

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        hangUp.Dispose();
        cancellation.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (!cancellation.IsCancellationRequested)
        {
            context.Cancel = true;
            cancellation.Cancel();
        }
    }
}
