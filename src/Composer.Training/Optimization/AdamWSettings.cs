namespace Composer.Training.Optimization;

/// <summary>
/// One AdamW update (Loshchilov and Hutter 2019): p ← p − rate · (m̂ / (√v̂ + ε) + decay · p), with bias
/// correction, the gradient first scaled to at most <paramref name="ClipNorm"/>.
/// </summary>
/// <param name="LearningRate">This step's rate, the schedule applied already.</param>
/// <param name="WeightDecay">Decoupled; on every parameter, norms too, but those that a primitive excepts.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Outside the root.</param>
/// <param name="ClipNorm">Greatest gradient norm; infinity clips nothing.</param>
public readonly record struct AdamWSettings(
    double LearningRate,
    double WeightDecay,
    double Beta1 = 0.9,
    double Beta2 = 0.95,
    double Epsilon = 1e-8,
    double ClipNorm = double.PositiveInfinity);
