using System.ComponentModel;
using Composer.Core.Settings;
using Composer.Training.Models;

namespace Composer.Language.Evaluation.Text;

/// <summary>How a small candidate is trained on text.</summary>
public sealed record TextEvaluationSettings
{
    [Description("Tokens of a training sequence."), SettingRange(2, 8192)]
    public int Length { get; init; } = 128;

    /// <summary>Sequences of one update.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Passes over the training tokens.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How far a matrix's numbers spread at the beginning.</summary>
    public InitializationRule Initialization { get; init; }

    /// <summary>Which share of the rate a matrix takes.</summary>
    public RateRule Rates { get; init; }

    /// <summary>Decoupled, on every parameter.</summary>
    public double WeightDecay { get; init; }

    /// <summary>AdamW's decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Greatest gradient norm; 0 clips nothing.</summary>
    public double Clip { get; init; }

    /// <summary>Whether the rate falls by a cosine, step by step; else it is constant.</summary>
    public bool Cosine { get; init; } = true;
}
