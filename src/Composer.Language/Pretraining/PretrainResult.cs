namespace Composer.Language.Pretraining;

/// <summary>How a pre-training ended. Values are only ever appended.</summary>
public enum PretrainOutcome
{
    /// <summary>The budget is spent.</summary>
    Completed = 0,

    /// <summary>Loss or gradient were not finite; training stopped before that update.</summary>
    NotFinite = 1,

    /// <summary>The validation loss was not finite; training stopped behind the update that it was measured after.</summary>
    ValidationNotFinite = 2,
}

/// <summary>What a pre-training comes to. The same bits whatever threads, interruptions and speed.</summary>
/// <param name="Outcome">Whether it reached its budget.</param>
/// <param name="Steps">Updates done.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="FlopsPerToken">As the settings count them.</param>
/// <param name="Curve">Training loss.</param>
/// <param name="Validation">Validation loss; its last point is that of the final weights.</param>
/// <param name="Fingerprint">Digest of everything that determined it.</param>
public sealed record PretrainResult(
    PretrainOutcome Outcome,
    long Steps,
    long Tokens,
    long FlopsPerToken,
    IReadOnlyList<CurvePoint> Curve,
    IReadOnlyList<ValidationPoint> Validation,
    string Fingerprint)
{
    /// <summary>
    /// Steps after which the rate began to fall, where a longer run can go on; null when none can. The checkpoint
    /// is in the folder, unless this run itself went on from one of that step (see <see cref="PretrainFiles.TrunkAt"/>).
    /// </summary>
    public long? TrunkEnd { get; init; }

    /// <summary>Steps between two validations.</summary>
    public required long ValidationEvery { get; init; }

    /// <summary>Mean over every counted validation token after the last update, in nats.</summary>
    public double FinalValidationLoss => Validation.Count > 0 ? Validation[^1].Loss : double.NaN;
}

/// <summary>How fast a pre-training went on this machine: beside the result, never in it.</summary>
/// <param name="Seconds">Of training in this process, validation and checkpoints included.</param>
/// <param name="TokensTrained">In this process.</param>
/// <param name="TokensPerSecond">Of the updates alone.</param>
/// <param name="FlopsPerSecond">The same times the operations of a token.</param>
/// <param name="ResumedFromStep">0 when it started anew.</param>
public sealed record PretrainTimings(
    double Seconds,
    long TokensTrained,
    double TokensPerSecond,
    double FlopsPerSecond,
    long ResumedFromStep);
