namespace Composer.Mad.Evaluation;

/// <summary>How the learning rate falls over a training, once a step. Values are only ever appended.</summary>
public enum RateSchedule
{
    /// <summary>Half a cosine from the peak to zero: what the paper says.</summary>
    Cosine = 0,

    /// <summary>The peak throughout: what mad-lab's code does.</summary>
    Constant = 1,
}
