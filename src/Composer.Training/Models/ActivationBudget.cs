namespace Composer.Training.Models;

/// <summary>
/// Bytes that the activations of a micro-batch may take on the engine on TorchSharp, unless it is set otherwise: what is
/// more is computed twice. A plan asks for as much memory, beside the model's state, before anything runs.
/// </summary>
public static class ActivationBudget
{
    /// <summary>Beside a model of 350M, 9 GB, in a machine of 16.</summary>
    public const long OnCpu = 4L << 30;

    /// <summary>Beside the 63 GB of state that 3B has, a card of 80 GB holds them, and one of 40 GB those of 1B.</summary>
    public const long OnGpu = 12L << 30;
}
