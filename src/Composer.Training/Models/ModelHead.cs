namespace Composer.Training.Models;

/// <summary>What follows the layers of a model. Values are only ever appended.</summary>
public enum ModelHead
{
    /// <summary>Logits at each position from that position's hidden state, through the tied embedding.</summary>
    Language = 0,

    /// <summary>
    /// MAD's compression task: only the last position's hidden state is used. For each output position that
    /// state plus a fixed sine/cosine code goes through norm → Linear(dim) → GELU → norm → Linear(dim) → GELU
    /// → norm → Linear(vocabulary), without residuals (specification: Poli et al. 2024, mad-lab's decoder).
    /// </summary>
    Compression = 1,
}
