namespace Composer.Training.Checkpoints.GraniteHybrid;

/// <summary>One tensor of a recurrent half.</summary>
/// <param name="Name">llama.cpp's, such as <c>ssm_in.weight</c>.</param>
/// <param name="Source">The primitive's, such as <c>mamba2.in</c>.</param>
/// <param name="Rows">Output features.</param>
/// <param name="Columns">Input features; of a vector 1, or its length with one row.</param>
public sealed record RecurrentTensor(string Name, string Source, int Rows, int Columns)
{
    /// <summary>Whether its numbers may be written with fewer bits: a product's.</summary>
    public bool IsProduct { get; init; }

    /// <summary>Whether it has one dimension in the file.</summary>
    public bool IsVector { get; init; }

    /// <summary>What each number becomes; null where it stays.</summary>
    public Func<float, float>? Map { get; init; }
}
