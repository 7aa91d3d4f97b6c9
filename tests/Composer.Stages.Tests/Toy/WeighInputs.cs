using Composer.Architecture;

namespace Composer.Stages.Tests.Toy;

/// <summary>All that a weighing sees.</summary>
/// <param name="Weigh">How.</param>
/// <param name="Input">What.</param>
internal sealed record WeighInputs(WeighSettings Weigh, WeighContent Input);

/// <param name="Bits">Of a parameter.</param>
internal sealed record WeighSettings(int Bits);

/// <param name="Order">The large order.</param>
/// <param name="Model">Its widths.</param>
internal sealed record WeighContent(LayerSequence Order, ModelShape Model);
