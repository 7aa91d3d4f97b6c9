namespace Composer.Stages.Pretrain;

/// <summary>Measured beside a pre-training; <c>timings.json</c>.</summary>
public sealed record PretrainSpeed
{
    public const string Name = "timings.json";

    public required double Seconds { get; init; }

    public required double TokensPerSecond { get; init; }

    /// <summary>Useful floating-point operations a second, by the same count as the budget.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>Of each rank.</summary>
    public required int Threads { get; init; }

    /// <summary>Processes that shared it.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>The step that it was taken up from; 0 when it ran from its beginning.</summary>
    public required long ResumedFromStep { get; init; }
}
