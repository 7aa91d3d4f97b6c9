using static TorchSharp.torch;

namespace Composer.Training.Torch.Parameters;

/// <summary>Gradients, and the summed loss that they are of: one fp64 on the device, not scaled.</summary>
internal sealed class LossGradients(int groups, Device device) : IDisposable
{
    public Gradients Gradients { get; } = new(groups);

    public Tensor Loss { get; } = zeros([], float64, device).DetachFromDisposeScope();

    public void Dispose()
    {
        Gradients.Dispose();
        Loss.Dispose();
    }
}
