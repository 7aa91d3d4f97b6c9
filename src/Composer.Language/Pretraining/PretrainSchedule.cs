namespace Composer.Language.Pretraining;

/// <summary>How the learning rate rises and falls. Values are only ever appended.</summary>
public enum PretrainSchedule
{
    /// <summary>Linear warm-up, a constant trunk, linear decay.</summary>
    Trapezoidal = 0,

    /// <summary>Linear warm-up, then half a cosine down to 0.</summary>
    Cosine = 1,
}
