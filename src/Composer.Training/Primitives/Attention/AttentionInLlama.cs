using Composer.Training.Checkpoints.Llama;

namespace Composer.Training.Primitives.Attention;

/// <summary>Half-split RoPE, q, k, v and o are Llama's own.</summary>
internal sealed class AttentionInLlama : LlamaHalf
{
    public override char Symbol => 'A';

    public override bool IsFirst => true;

    public override string Norm => "input_layernorm";

    public override string NameOf(string tensor) => tensor.Replace("attention.", "self_attn.", StringComparison.Ordinal) + "_proj";
}
