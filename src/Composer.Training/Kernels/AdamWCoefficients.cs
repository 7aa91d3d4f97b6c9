using Composer.Training.Optimization;

namespace Composer.Training.Kernels;

/// <summary>An AdamW step's numbers as the kernels take them, bias correction and clipping worked in.</summary>
internal readonly record struct AdamWCoefficients
{
    private const float SmallestEpsilon = 1.17549435e-38f;

    /// <param name="settings">The step's settings.</param>
    /// <param name="update">Counts from 1.</param>
    /// <param name="gradientNorm">Before clipping.</param>
    public AdamWCoefficients(in AdamWSettings settings, long update, double gradientNorm)
    {
        GradientScale = gradientNorm > settings.ClipNorm ? (float)(settings.ClipNorm / gradientNorm) : 1f;
        Beta1 = (float)settings.Beta1;
        OneMinusBeta1 = (float)(1 - settings.Beta1);
        Beta2 = (float)settings.Beta2;
        OneMinusBeta2 = (float)(1 - settings.Beta2);
        Rate = (float)(settings.LearningRate / (1 - Math.Pow(settings.Beta1, update)));
        SecondCorrection = (float)(1 / (1 - Math.Pow(settings.Beta2, update)));
        Keep = (float)(1 - (settings.LearningRate * settings.WeightDecay));

        // Padding has neither gradient nor moment: 0 / 0 there must not become NaN.
        Epsilon = Math.Max((float)settings.Epsilon, SmallestEpsilon);
    }

    public float GradientScale { get; }

    public float Beta1 { get; }

    public float OneMinusBeta1 { get; }

    public float Beta2 { get; }

    public float OneMinusBeta2 { get; }

    /// <summary>Learning rate over the first moment's bias correction.</summary>
    public float Rate { get; private init; }

    /// <summary>Factor that corrects the second moment's bias.</summary>
    public float SecondCorrection { get; }

    /// <summary>1 − rate · decay.</summary>
    public float Keep { get; private init; }

    public float Epsilon { get; }

    /// <summary>For parameters that no weight decay pulls at.</summary>
    public AdamWCoefficients WithoutDecay => this with { Keep = 1f };

    /// <summary>For parameters that take another share of the rate; weight decay keeps its own.</summary>
    public AdamWCoefficients AtRate(float factor) => this with { Rate = Rate * factor };
}
