namespace Composer.Exchange;

/// <summary>One tensor of a stock Llama.</summary>
/// <param name="Name">transformers' name.</param>
/// <param name="Rows">Output features; a vector's length.</param>
/// <param name="Columns">Input features; 1 for a vector.</param>
/// <param name="Source">The parameter of ours that it is, or null where no layer of ours is behind it: norms are 1, the rest 0.</param>
internal sealed record LlamaTensor(string Name, int Rows, int Columns, string? Source)
{
    /// <summary>Whether it is a norm.</summary>
    public bool IsVector => Columns == 1;

    /// <summary>Whether its half adds nothing to the residual stream where it is 0.</summary>
    public bool WritesResidual { get; init; }

    public int Count => checked(Rows * Columns);

    /// <summary>Its numbers, row-major.</summary>
    public float[] Values(ExchangedModel model)
    {
        var values = new float[Count];
        if (Source is not null)
        {
            model.Read(Source, values);
        }
        else if (IsVector)
        {
            values.AsSpan().Fill(1);
        }

        return values;
    }
}
