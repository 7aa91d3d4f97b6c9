using Composer.Bench.Train;

namespace Composer.Bench.Engine;

/// <summary>One training speed that the CPU engine promises: at least a fraction of the FMA peak.</summary>
/// <param name="Name">As <c>bench engine --rows</c> takes it.</param>
/// <param name="Shape">Of <see cref="TrainingShape"/>.</param>
/// <param name="Threads">Threads at once.</param>
/// <param name="Fraction">Of the peak of as many threads; null where nothing is promised.</param>
internal sealed record EngineGoal(string Name, string Shape, int Threads, double? Fraction)
{
    private const int Two = 2;
    private const double OfTask = 0.60;
    private const double OfAvx2 = 0.60;

    /// <summary>Tokens a second of two threads over those of one.</summary>
    public const double Scaling = 1.9;

    /// <summary>The row of two threads that <see cref="Scaling"/> compares.</summary>
    public const string TwoThreads = "AAMMMM";

    /// <summary>The row of one thread.</summary>
    public const string OneThread = "AAMMMM-1-thread";

    /// <summary>What the project promises, on two free cores.</summary>
    public static IReadOnlyList<EngineGoal> All { get; } =
    [
        new(TwoThreads, "default", Two, 0.78),
        new(OneThread, "default", 1, null),
        new("16-layers", "default", Two, 0.76) { Layers = "AAMMMMMAAMMMAMMM" },
        new("small", "small", Two, 0.68),
        new("pretrain", "pretrain", Two, 0.65),
        .. Mad.Tasks.MadTasks.All.Where(task => task.PlaceInPaper is not null).Select(task => new EngineGoal(task.Name, task.Name, Two, OfTask)),
        new("length-256", "small", Two, OfTask) { Length = 256 },
        new("AAMMMM-avx2", "default", Two, OfAvx2) { Avx2 = true },
        new("small-avx2", "small", Two, OfAvx2) { Avx2 = true },
    ];

    /// <summary>In place of the shape's.</summary>
    public string? Layers { get; init; }

    /// <summary>In place of the shape's.</summary>
    public int? Length { get; init; }

    /// <summary>Without AVX-512, against the AVX2 peak.</summary>
    public bool Avx2 { get; init; }
}
