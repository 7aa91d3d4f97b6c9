using Composer.Architecture;
using Composer.Core.Code;
using Composer.Core.Discovery;
using Composer.Training.Torch.Parameters;

namespace Composer.Training.Torch.Primitives;

/// <summary>A kind of layer on this engine: one subclass each, found by itself, with all that is particular to it.</summary>
[CodeParts("primitive", nameof(Symbol))]
internal abstract class PrimitiveForm
{
    public static IReadOnlyList<PrimitiveForm> All => Members.Of<PrimitiveForm>();

    /// <summary>As in a layer sequence.</summary>
    public abstract char Symbol { get; }

    /// <summary>TorchScript: functions whose names begin with the primitive's.</summary>
    public abstract string Source { get; }

    /// <exception cref="NotSupportedException">There is no such primitive.</exception>
    public static PrimitiveForm Of(char symbol) => All.FirstOrDefault(form => form.Symbol == symbol)
        ?? throw new NotSupportedException($"The torch engine has no primitive '{symbol}'.");

    /// <summary>How the parameters of a layer are laid together.</summary>
    /// <param name="prefix">Such as <c>layers.3.</c>.</param>
    /// <param name="shape">The widths.</param>
    public abstract IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape);

    /// <summary>Bytes of a token that autograd keeps from this layer's forward for its backward.</summary>
    /// <param name="shape">The widths.</param>
    /// <param name="element">Bytes of a product's number, 2 or 4.</param>
    /// <param name="length">Tokens of its sequence.</param>
    public abstract long KeptBytes(ModelShape shape, int element, int length);

    /// <param name="context">The model, its parameters and tables.</param>
    /// <param name="groups">Where <see cref="Groups"/> lie in the parameters.</param>
    public abstract TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups);
}
