namespace Composer.Language.Pretraining;

/// <summary>Everything beside the model that a run must have to continue; JSON in a checkpoint's metadata.</summary>
internal sealed class PretrainState
{
    /// <summary>Digest of all that determines the run: a checkpoint of another run is not taken.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Updates done; the schedule is a function of it.</summary>
    public long Step { get; set; }

    /// <summary>Tokens trained on.</summary>
    public long TokensSeen { get; set; }

    /// <summary>Sequences drawn from the stream.</summary>
    public long DataPosition { get; set; }

    /// <summary>Seed of the stream's order: with the position, the whole state of the run's randomness.</summary>
    public required ulong DataSeed { get; init; }

    public List<CurvePoint> Curve { get; init; } = [];

    public List<ValidationPoint> Validation { get; init; } = [];

    /// <summary>Sums since the curve's last point.</summary>
    public double LossSum { get; set; }

    public double NormSum { get; set; }

    public int SummedSteps { get; set; }
}
