using Composer.Training.Checkpoints.Llama;

namespace Composer.Training.Primitives.Mlp;

/// <summary>Gate, up and down are Llama's own.</summary>
internal sealed class MlpInLlama : LlamaHalf
{
    public override char Symbol => 'M';

    public override bool IsFirst => false;

    public override string Norm => "post_attention_layernorm";

    public override string NameOf(string tensor) => tensor + "_proj";
}
