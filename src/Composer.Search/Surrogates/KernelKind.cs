namespace Composer.Search.Surrogates;

/// <summary>The squared-exponential kernels among which the surrogate chooses.</summary>
internal enum KernelKind
{
    /// <summary>A: one length scale for each position.</summary>
    Positions = 0,

    /// <summary>I: one length scale for all positions.</summary>
    Isotropic = 1,

    /// <summary>R: one for each position and for each feature of the whole order.</summary>
    PositionsAndFeatures = 2,
}
