using Composer.Core;
using Composer.Mad.Signal;
using Composer.Manifests.Model;

namespace Composer.Pipeline.Stages.Search;

/// <summary>How much signal the score of a manifest's <c>[evaluate]</c> carries.</summary>
public static class EvaluationSignal
{
    /// <summary>The study of a manifest's MAD tasks over orders drawn from its search space.</summary>
    /// <param name="manifest">Sections <c>search</c> and <c>evaluate</c> are read.</param>
    /// <param name="orders">How many orders.</param>
    /// <param name="seeds">How many seeds of data and initial parameters.</param>
    public static SignalStudy StudyOf(ExperimentManifest manifest, int orders, int seeds)
    {
        var root = new Seed(manifest.Seed).Derive("signal");
        return new SignalStudy(
            EvaluationPlan.Protocol(manifest),
            SignalStudy.DrawOrders([.. manifest.Search.Primitives.Select(p => p[0])], manifest.Search.Layers, orders, root.Derive("orders")),
            [.. Enumerable.Range(0, seeds).Select(i => root.Derive("seed", i))]);
    }
}
