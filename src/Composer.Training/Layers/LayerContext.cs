using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>What a layer is built from.</summary>
/// <param name="Prefix">Begins the names of its parameters.</param>
/// <param name="Configuration">The whole model's.</param>
/// <param name="Plan">Takes the layer's matrices.</param>
/// <param name="Rotary">Angles of the positions, shared by the layers.</param>
internal sealed record LayerContext(string Prefix, ModelConfiguration Configuration, ParameterPlan Plan, RotaryTable Rotary);
