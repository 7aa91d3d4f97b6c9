using Composer.Training.Models;
using Composer.Training.Torch.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Primitives;

/// <summary>What layers and heads of a model share.</summary>
/// <param name="Configuration">The model.</param>
/// <param name="Parameters">Where their tensors are.</param>
/// <param name="Compute">The type of products.</param>
/// <param name="Turns">As the property, at first.</param>
/// <param name="Epsilon">Of the norms.</param>
internal sealed record TorchLayerContext(
    ModelConfiguration Configuration, TorchParameters Parameters, ScalarType Compute, Tensor Turns, Scalar Epsilon)
{
    /// <summary>[length, 1, head size / 2] complex: e^(i · angle) of RoPE. Longer once a decoder goes beyond the maximum length.</summary>
    public Tensor Turns { get; set; } = Turns;
}
