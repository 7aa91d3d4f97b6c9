using Composer.Architecture;
using Composer.Training.Checkpoints.GraniteHybrid;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>Granite's recurrent layer is Mamba-2 with one group; a file has −e^a_log for a_log.</summary>
internal sealed class Mamba2InGranite : RecurrentHalf
{
    public override char Symbol => 'S';

    public override IReadOnlyList<(string Key, int Value)> Sizes(ModelShape shape)
    {
        var layout = new Mamba2Layout(shape);
        return
        [
            ("ssm.conv_kernel", layout.Taps),
            ("ssm.inner_size", layout.Inner),
            ("ssm.state_size", layout.State),
            ("ssm.time_step_rank", layout.Heads),
            ("ssm.group_count", 1),
        ];
    }

    public override IReadOnlyList<RecurrentTensor> Tensors(ModelShape shape)
    {
        var layout = new Mamba2Layout(shape);
        var (dim, inner, heads) = (shape.Dim, layout.Inner, layout.Heads);
        var convolved = inner + (2 * layout.State);
        return
        [
            new("ssm_in.weight", "mamba2.in", inner + convolved + heads, dim) { IsProduct = true },
            new("ssm_conv1d.weight", "mamba2.conv", convolved, layout.Taps),
            new("ssm_conv1d.bias", "mamba2.conv_bias", 1, convolved) { IsVector = true },
            new("ssm_dt.bias", "mamba2.dt_bias", 1, heads) { IsVector = true },
            new("ssm_a", "mamba2.a_log", heads, 1) { Map = value => (float)-Math.Exp(value) },
            new("ssm_d", "mamba2.d", heads, 1),
            new("ssm_norm.weight", "mamba2.norm", 1, inner),
            new("ssm_out.weight", "mamba2.out", dim, inner) { IsProduct = true },
        ];
    }

    /// <remarks>llama.cpp ends the process of whoever opens such a file.</remarks>
    public override IEnumerable<string> Mistakes(ModelShape shape)
    {
        if (new Mamba2Layout(shape).Inner is var inner && inner != 2 * shape.Dim)
        {
            yield return $"llama.cpp reads a Mamba-2 of inner width 2 · dim ({2 * shape.Dim}) alone, this one's is {inner}";
        }
    }
}
