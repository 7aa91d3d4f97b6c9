using Composer.Architecture;
using Composer.Core.Diagnostics;
using Composer.Manifests.Model;
using Composer.Search;

namespace Composer.Stages.Estimates;

/// <summary>What stands for an order that no search has found yet: as many layers of each primitive.</summary>
internal static class TypicalOrder
{
    /// <summary>A small one.</summary>
    public static LayerSequence Of(SearchSettings search) => LayerSequence.FromSymbols(
        Enumerable.Range(0, search.Layers).Select(i => search.Primitives[i % search.Primitives.Count][0]));

    /// <summary>The large one that it becomes; null where the size has none.</summary>
    public static LayerSequence? Scaled(ExperimentManifest manifest)
    {
        try
        {
            return manifest.Scaling.Scale(Of(manifest.Search)).Layers;
        }
        catch (UserInputException)
        {
            return null;
        }
    }
}
