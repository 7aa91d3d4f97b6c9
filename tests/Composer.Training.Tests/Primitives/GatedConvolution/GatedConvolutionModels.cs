using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Models;

namespace Composer.Training.Tests.Primitives.GatedConvolution;

/// <summary>Models with gated short convolutions, of odd widths, lengths beside the blocks of 64 rows among them.</summary>
internal static class GatedConvolutionModels
{
    public static TheoryData<string, int, int, int> Shapes => new()
    {
        { "C", 2, 0, 1 },
        { "C", 10, 7, 2 },
        { "CM", 17 * 2, 0, 3 },
        { "MC", 24, 33, 17 },
        { "CAC", 24, 16, 33 },
        { "C", 48, 65, 67 },
        { "CC", 18, 0, 130 },
    };

    /// <param name="layers">Of <c>C</c>, <c>A</c> and <c>M</c>.</param>
    /// <param name="dim">Even.</param>
    /// <param name="inner">Channels; 0 for dim.</param>
    /// <param name="length">Positions at most.</param>
    public static ModelConfiguration Configuration(string layers, int dim, int inner, int length) =>
        new(
            LayerSequence.FromSymbols(layers),
            new ModelShape(dim, 1, 1, 21) { Options = PrimitiveOptions.Empty.With('C', "inner", inner) },
            Vocabulary: 13,
            length);
}
