namespace Composer.Training.Profiling;

/// <summary>A part of a training step that a profile tells apart; parts of one name are one.</summary>
/// <param name="Name">For people.</param>
/// <param name="IsWhole">Whether what begins within it belongs to it, such as the products of the head.</param>
internal sealed record PassPart(string Name, bool IsWhole = false)
{
    /// <summary>x · W of the layers.</summary>
    public static PassPart ForwardProducts { get; } = new("products, forward");

    /// <summary>dy · Wᵀ of the layers.</summary>
    public static PassPart InputGradients { get; } = new("products, dX");

    /// <summary>xᵀ · dy of the layers.</summary>
    public static PassPart WeightGradients { get; } = new("products, dW");

    /// <summary>RMSNorm.</summary>
    public static PassPart Norms { get; } = new("norms");

    /// <summary>The output head with its products, and the loss.</summary>
    public static PassPart Head { get; } = new("head and loss", IsWhole: true);

    /// <summary>Rows of the embedding read, and their gradient added up.</summary>
    public static PassPart Embedding { get; } = new("embedding");

    /// <summary>Gradients of shards added up, and their norm.</summary>
    public static PassPart Sums { get; } = new("gradient sums");

    /// <summary>AdamW and the transposed copies.</summary>
    public static PassPart Update { get; } = new("AdamW");

    /// <summary>A layer but for its products, forward.</summary>
    public static PassPart ForwardOf(char symbol) => new($"{symbol}, forward");

    /// <summary>The same, backward.</summary>
    public static PassPart BackwardOf(char symbol) => new($"{symbol}, backward");
}
