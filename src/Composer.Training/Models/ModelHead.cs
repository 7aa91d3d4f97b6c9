namespace Composer.Training.Models;

/// <summary>What follows the layers of a model. Values are only ever appended.</summary>
public enum ModelHead
{
    /// <summary>Logits at each position from that position's hidden state, through the output projection, which most have in common with the embedding.</summary>
    Language = 0,

    /// <summary>
    /// MAD's compression task: only the last position's hidden state, after the final norm, is used. For each
    /// output position t that state plus a fixed sine/cosine code goes through norm → Linear(dim) → GELU → norm
    /// → Linear(dim) → GELU → norm → Linear(vocabulary), without residuals (Poli et al. 2024, mad-lab's decoder).
    /// The code is [sin | cos] of t · 10000^(−i / (dim/2 − 1)), i &lt; dim/2 (exponent 0 when dim is 2); the
    /// GELU is the exact one, x · Φ(x).
    /// </summary>
    Compression = 1,
}
