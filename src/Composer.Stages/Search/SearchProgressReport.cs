using System.Globalization;
using Composer.Architecture;
using Composer.Core.Code;
using Composer.Pipeline.Progress;
using Composer.Search;

namespace Composer.Stages.Search;

/// <summary>Trials done of all, with the best so far.</summary>
[CodeBoundary]
internal sealed class SearchProgressReport(Action<StageProgress> tell, ISearchStrategy strategy, Study first)
{
    private readonly Lock gate = new();
    private readonly Dictionary<LayerSequence, double> evaluating = [];
    private SearchProgress state = strategy.Progress(first);
    private (LayerSequence Layers, double Score)? best;
    private int scored;

    public void Proposed(Study study)
    {
        lock (gate)
        {
            state = strategy.Progress(study);
            scored = state.Finished;
        }
    }

    public void Evaluating(LayerSequence layers, double share)
    {
        lock (gate)
        {
            evaluating[layers] = share;
            Tell();
        }
    }

    public void Scored(LayerSequence layers, double? score)
    {
        lock (gate)
        {
            evaluating.Remove(layers);
            scored++;
            if (score is { } value && (best is null || value < best.Value.Score))
            {
                best = (layers, value);
            }

            Tell();
        }
    }

    private void Tell()
    {
        var phase = state.Phases > 1 ? string.Create(CultureInfo.InvariantCulture, $"phase {state.Phase} of {state.Phases}, ") : "";
        var record = best is { } b ? string.Create(CultureInfo.InvariantCulture, $", best {b.Layers.Notation} {b.Score:0.0000}") : "";
        var measures = new Dictionary<string, double> { ["trials"] = scored, ["of"] = state.Trials };
        if (best is { } known)
        {
            measures["best"] = known.Score;
        }

        tell(new StageProgress(
            Math.Min(1, (scored + evaluating.Values.Sum()) / Math.Max(1, state.Trials)),
            string.Create(CultureInfo.InvariantCulture, $"{phase}{scored} of {state.Trials} orders{record}"))
        {
            Measures = measures,
        });
    }
}
