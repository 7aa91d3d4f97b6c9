using Composer.Architecture;
using Composer.Core;
using Composer.Language.Evaluation.Text;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Evaluate;

/// <summary>One training of a small candidate, on a MAD task or on text.</summary>
public sealed record EvaluateInputs
{
    /// <summary>The candidate's layers.</summary>
    public required LayerSequence Candidate { get; init; }

    /// <summary>Its widths.</summary>
    public required ModelShape Model { get; init; }

    /// <summary>The seed of data, order and initial parameters.</summary>
    public required Seed Seed { get; init; }

    /// <summary>Null where the task is text.</summary>
    public MadTraining? Mad { get; init; }

    /// <summary>Null where the task is one of MAD's.</summary>
    public TextTraining? Text { get; init; }
}

/// <summary>A MAD task with its difficulty, and how to train on it.</summary>
public sealed record MadTraining(string Task, MadTaskSettings Difficulty, EvaluationSettings Settings);

/// <summary>A corpus sampled down, and how to train on it.</summary>
/// <param name="Corpus">Its tokens.</param>
/// <param name="Settings">How to train.</param>
public sealed record TextTraining(CorpusContent Corpus, TextEvaluationSettings Settings);
