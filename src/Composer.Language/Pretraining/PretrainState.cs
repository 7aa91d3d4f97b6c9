namespace Composer.Language.Pretraining;

/// <summary>Everything beside the model that a run must have to continue; JSON in a checkpoint's metadata.</summary>
internal sealed class PretrainState
{
    /// <summary>
    /// Digest of all that determines the run, or in a checkpoint at the trunk's end of all that determines the
    /// trunk: a checkpoint of another run is not taken.
    /// </summary>
    public required string Fingerprint { get; set; }

    /// <summary>Updates done; the schedule is a function of it.</summary>
    public long Step { get; set; }

    /// <summary>Tokens trained on.</summary>
    public long TokensSeen { get; set; }

    /// <summary>Sequences drawn from the stream.</summary>
    public long DataPosition { get; set; }

    /// <summary>Seed of the stream's order: with the position, the whole state of the run's randomness.</summary>
    public required ulong DataSeed { get; init; }

    public TrainingCurve Curve { get; init; } = new();

    public List<ValidationPoint> Validation { get; init; } = [];
}
