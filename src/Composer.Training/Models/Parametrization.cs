namespace Composer.Training.Models;

/// <summary>How a model's parameters begin, and how fast each of them learns.</summary>
/// <param name="Initialization">Of the matrices; vectors begin at 1.</param>
/// <param name="Rates">Of the matrices; vectors take the whole rate.</param>
public readonly record struct Parametrization(InitializationRule Initialization, RateRule Rates)
{
    /// <summary>What a setting of <see cref="Initialization"/> says of itself.</summary>
    public const string OfInitialization =
        "How far a matrix's numbers spread at the beginning: fan-in, N(0, 1/(3·inputs)); constant, N(0, .02²) as GPT-2 and mad-lab.";

    /// <summary>What a setting of <see cref="Rates"/> says of itself.</summary>
    public const string OfRates =
        "fan-in: learning_rate is that of width 128 and six layers, a matrix takes 128/dim of it, and in a layer 6/layers of that; "
        + "constant: one learning rate for all parameters.";

    /// <summary>The width at which a matrix takes the whole rate.</summary>
    private const double BaseDim = 128;

    /// <summary>The depth at which a layer's matrix does.</summary>
    private const double BaseLayers = 6;

    private const double Constant = 0.02;

    /// <summary>Standard deviation of a matrix's numbers at the beginning.</summary>
    /// <remarks>What writes into the residual stream is divided by √layers, as GPT-2 does: the stream keeps its size at every depth.</remarks>
    public double DeviationOf(ModelConfiguration model, ParameterDescription matrix)
    {
        var deviation = Initialization == InitializationRule.Constant ? Constant : 1 / Math.Sqrt(3.0 * matrix.Columns);
        return matrix.WritesResidual ? deviation / Math.Sqrt(model.Layers.Count) : deviation;
    }

    /// <summary>The share of the learning rate that a parameter takes; weight decay pulls with the whole rate.</summary>
    public double RateFactorOf(ModelConfiguration model, ParameterDescription parameter)
    {
        if (Rates == RateRule.Constant || parameter.IsVector || !parameter.FollowsWidth)
        {
            return 1;
        }

        var width = BaseDim / model.Shape.Dim;
        return parameter.IsInLayer ? width * BaseLayers / model.Layers.Count : width;
    }
}
