using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Models;

namespace Composer.Training.Tests.Primitives.MixtureOfExperts;

/// <summary>Models with mixtures of experts, of odd widths and numbers; of more experts than rows too.</summary>
internal static class MixtureOfExpertsModels
{
    public static TheoryData<string, int, int, int, int, int> Shapes => new()
    {
        { "E", 2, 1, 1, 3, 1 },
        { "E", 10, 3, 1, 7, 2 },
        { "EM", 34, 8, 2, 0, 3 },
        { "ME", 24, 5, 5, 33, 17 },
        { "EAE", 24, 8, 2, 16, 33 },
        { "E", 48, 17, 3, 21, 67 },
        { "EE", 18, 8, 2, 0, 130 },
    };

    /// <param name="layers">Of <c>E</c>, <c>A</c>, <c>C</c> and <c>M</c>.</param>
    /// <param name="dim">Even.</param>
    /// <param name="experts">Of a layer.</param>
    /// <param name="active">That a token goes through.</param>
    /// <param name="hidden">Of an expert; 0 for half of 26.</param>
    /// <param name="length">Positions at most.</param>
    public static ModelConfiguration Configuration(string layers, int dim, int experts, int active, int hidden, int length) =>
        new(
            LayerSequence.FromSymbols(layers),
            new ModelShape(dim, 1, 1, 26)
            {
                Options = PrimitiveOptions.Empty
                    .With('E', "experts", experts).With('E', "active", active).With('E', "expert_hidden", hidden),
            },
            Vocabulary: 13,
            length);
}
