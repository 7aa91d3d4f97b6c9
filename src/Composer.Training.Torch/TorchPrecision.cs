namespace Composer.Training.Torch;

/// <summary>The type of products and attention; parameters, moments, residual stream, norms, logits and loss are fp32.</summary>
public enum TorchPrecision
{
    Fp32 = 0,
    Bf16 = 1,
}
