namespace Composer.Mad.Scoring;

/// <summary>What is compared. Values are only ever appended.</summary>
public enum ScoreObjective
{
    /// <summary>The test loss in nats.</summary>
    Loss = 0,

    /// <summary>One less the test accuracy over all counted targets.</summary>
    Accuracy = 1,
}
