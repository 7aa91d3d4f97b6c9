namespace Composer.Architecture;

/// <summary>The widths that every layer of a model shares.</summary>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="Heads">Query heads; divide <paramref name="Dim"/>, into an even head size.</param>
/// <param name="KvHeads">Key and value heads; divide <paramref name="Heads"/>.</param>
/// <param name="Hidden">Inner width of the SwiGLU MLP.</param>
/// <remarks>An immutable value; equal when all four are. <see cref="Validate"/> says whether it can be built.</remarks>
public sealed record ModelShape(int Dim, int Heads, int KvHeads, int Hidden)
{
    /// <summary>Width of one head.</summary>
    public int HeadSize => Dim / Heads;

    /// <summary>What is wrong with the shape, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var mistakes = new List<string>();
        if (Dim < 1 || Heads < 1 || KvHeads < 1 || Hidden < 1)
        {
            mistakes.Add("dim, heads, kv_heads and hidden must be at least 1.");
            return mistakes;
        }

        if (Dim % Heads != 0)
        {
            mistakes.Add($"heads ({Heads}) must divide dim ({Dim}).");
        }
        else if (HeadSize % 2 != 0)
        {
            mistakes.Add($"the head size, dim / heads = {HeadSize}, must be even: RoPE rotates pairs.");
        }

        if (Heads % KvHeads != 0)
        {
            mistakes.Add($"kv_heads ({KvHeads}) must divide heads ({Heads}).");
        }

        return mistakes;
    }
}
