using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline.Estimates;
using Composer.Search;
using Composer.Stages.Evaluate;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Estimates;

/// <summary>What the trainings of small candidates cost, by their shapes, samples and epochs.</summary>
internal static class CandidateWork
{
    /// <summary>Of a search: of its candidates, of which only their number is known, and what they may be made of.</summary>
    /// <param name="manifest">Its sections search and evaluate.</param>
    public static IReadOnlyList<Work> OfSearch(ExperimentManifest manifest)
    {
        var search = manifest.Search;
        var space = search.Space().AllowedSize;
        var phases = search.Strategy.IsIncremental ? (search.Layers + search.StepLayers - 1) / search.StepLayers : 1;
        var candidates = search.Strategy == SearchStrategy.Exhaustive ? space : Math.Min((double)space, (double)phases * search.Trials);
        var again = search.Replicates.Top == 0 ? 0 : Math.Min(candidates, search.Replicates.Top) * (search.Replicates.Seeds - 1);
        return OfCandidates(manifest, candidates + again);
    }

    /// <summary>Of the fresh runs that confirm a vote, at most.</summary>
    /// <param name="manifest">Its sections search, evaluate and aggregate.</param>
    public static IReadOnlyList<Work> OfConfirmation(ExperimentManifest manifest) =>
        OfCandidates(manifest, (double)manifest.Aggregate.MostConfirmed * manifest.Aggregate.ConfirmRuns);

    private static IReadOnlyList<Work> OfCandidates(ExperimentManifest manifest, double candidates)
    {
        var order = TypicalOrder.Of(manifest.Search);
        var trainings = new CandidateTrainings(
            EvaluatedSettings.Of(manifest.Evaluate),
            manifest.Search.CandidateShape,
            new Seed(manifest.Seed),
            manifest.Evaluate.Tasks.Contains(CandidateTrainings.Text) ? new CorpusContent() : null);
        var each = trainings.Of(order).Select(t => TrainingWork.Of(t.Inputs)).ToList();
        return each.Contains(null)
            ? []
            : [.. each.OfType<Work>().GroupBy(w => w.Size).Select(
                g => g.First() with { Amount = candidates * g.Sum(w => w.Amount), Jobs = candidates * g.Count() })];
    }
}
