using static TorchSharp.torch;

namespace Composer.Training.Torch.Parameters;

/// <summary>The sums of gradients over micro-batches and pieces, fp32, one for each group of parameters.</summary>
/// <param name="groups">How many there are.</param>
internal sealed class Gradients(int groups) : IDisposable
{
    private readonly Tensor?[] sums = new Tensor?[groups];

    /// <summary>Every group's, once each has been added to.</summary>
    public Tensor[] Sums => sums!;

    /// <summary>Adds a gradient that autograd has just made, and takes it: the first is kept itself and added to in place.</summary>
    public void Add(int group, Tensor gradient)
    {
        if (sums[group] is { } sum)
        {
            sum.add_(gradient);
            gradient.Dispose();
            return;
        }

        // A bf16 gradient must not wait beside its fp32 copy until the whole backward is over.
        var own = gradient.to_type(float32).contiguous();
        sums[group] = own.DetachFromDisposeScope();
        if (!ReferenceEquals(own, gradient))
        {
            gradient.Dispose();
        }
    }

    /// <summary>Adds a group's sum of another, or takes it over where there is none yet.</summary>
    public void Take(int group, Gradients other)
    {
        if (sums[group] is { } sum)
        {
            sum.add_(other.sums[group]!);
        }
        else
        {
            (sums[group], other.sums[group]) = (other.sums[group], null);
        }
    }

    public void Dispose()
    {
        foreach (var sum in sums)
        {
            sum?.Dispose();
        }
    }
}
