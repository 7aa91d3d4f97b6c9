namespace Composer.Mad.Evaluation;

/// <summary>How a training ended. Values are only ever appended.</summary>
public enum EvaluationStatus
{
    /// <summary>After the planned epochs.</summary>
    Finished = 0,

    /// <summary>Before, because the accuracy exceeded the stop.</summary>
    StoppedEarly = 1,

    /// <summary>A loss or a gradient was not finite.</summary>
    Failed = 2,
}
