namespace Composer.Bench.Train;

/// <summary>What one part took of training steps.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Share">Of the time of all threads.</param>
/// <param name="MillisecondsPerStep">All threads together.</param>
/// <param name="Calls">Kernel calls of all steps; 0 for what lies outside the kernels.</param>
/// <param name="Steps">Steps that were profiled.</param>
internal sealed record KernelShare(string Part, double Share, double MillisecondsPerStep, long Calls, int Steps);
