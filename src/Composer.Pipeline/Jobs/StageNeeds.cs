namespace Composer.Pipeline.Jobs;

/// <summary>What a computation needs of the machine that runs it.</summary>
/// <param name="Gpus">GPUs.</param>
/// <param name="Engine">The engine that trains; null: any.</param>
public sealed record StageNeeds(int Gpus, string? Engine)
{
    /// <summary>Nothing.</summary>
    public static StageNeeds None { get; } = new(0, null);

    /// <summary>Processes that share it on the processor.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Processes that share it: one a GPU, or those on the processor.</summary>
    public int Ranks => Math.Max(Processes, Math.Max(1, Gpus));

    /// <summary>Bytes, of the GPU where there is one: less and it cannot run. 0: whatever there is will do.</summary>
    public long Memory { get; init; }

    /// <summary>
    /// The processor of the machines that will compute it, its maker and instruction set, where that is known to be another's; empty: this
    /// machine's. It enters the key.
    /// </summary>
    public string Processor { get; init; } = "";

    /// <summary>The compute capability of their GPUs, such as <c>9.0</c>; empty: as this machine's, or not known.</summary>
    public string Capability { get; init; } = "";

    /// <summary>Nothing, on the same machines.</summary>
    public StageNeeds OfMachineAlone => None with { Processor = Processor, Capability = Capability };

    /// <summary>Bytes of disk that lie in its work folder while it computes, about; 0 where that is little.</summary>
    public long Disk { get; init; }

    /// <summary>Bytes of disk that its result takes, about; 0 where that is little.</summary>
    public long Kept { get; init; }
}
