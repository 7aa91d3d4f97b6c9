using Composer.Training.Models;

namespace Composer.Training.Checkpoints;

/// <summary>Reads a parameter of a model, row-major.</summary>
/// <param name="parameter">Which.</param>
/// <param name="destination">As many numbers as it has.</param>
public delegate void ParameterSource(ParameterDescription parameter, Span<float> destination);
