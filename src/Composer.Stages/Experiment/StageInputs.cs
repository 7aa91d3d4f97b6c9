using Composer.Architecture;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Manifests.Model;
using Composer.Search;
using Composer.Stages.Aggregate;
using Composer.Stages.Efficiency;
using Composer.Stages.Evaluate;
using Composer.Stages.Extrapolate;
using Composer.Stages.LmEval;
using Composer.Stages.Pretrain;
using Composer.Stages.Search;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Experiment;

/// <summary>The inputs of each stage as a manifest asks for it, without what it does not read.</summary>
internal static class StageInputs
{
    /// <summary>A search as a manifest asks for it, without what it does not read.</summary>
    /// <param name="manifest">Its sections search, evaluate and aggregate.</param>
    /// <param name="text">The corpus behind the text task; null where it is not asked for.</param>
    public static SearchInputs Search(ExperimentManifest manifest, CorpusContent? text)
    {
        var search = manifest.Search.WithoutIdleLength().WithChosenWidths();
        var stopping = StoppingPlan.Of(search, manifest.Evaluate, manifest.Aggregate);
        return new SearchInputs
        {
            Seed = new Seed(manifest.Seed),
            Search = search.Strategy.IsBlind && !stopping.ComparesCandidates ? search with { Batch = 0 } : search,
            Evaluate = EvaluatedSettings.Of(manifest.Evaluate),
            Stopping = stopping.IsNone ? null : stopping,
            Aggregate = search.Strategy.IsIncremental ? manifest.Aggregate.BetweenPhases : null,
            Input = TextContent.Of(text),
        };
    }

    /// <summary>An aggregation as a manifest asks for it, without what it does not read.</summary>
    /// <param name="manifest">Its sections search, evaluate and aggregate.</param>
    /// <param name="trials">The search's output.</param>
    /// <param name="text">The corpus behind the text task; null where it is not asked for.</param>
    public static AggregateInputs Aggregate(ExperimentManifest manifest, Digest trials, CorpusContent? text)
    {
        var (search, aggregate) = (manifest.Search.WithoutIdleLength().WithChosenWidths(), manifest.Aggregate);
        return new AggregateInputs
        {
            Aggregate = aggregate with { Confirm = aggregate.Confirms },
            Primitives = [.. search.Primitives.Order(StringComparer.Ordinal)],
            Input = new AggregateContent(trials),
            Seed = new Seed(manifest.Seed),
            Search = SearchedSpace.Of(search),
            Confirmation = aggregate.Confirms
                ? new FreshRunSettings(
                    search.CandidateShape,
                    EvaluatedSettings.Whole(manifest.Evaluate),
                    search.Replicates.Top > 0 ? Math.Max(1, search.Replicates.Seeds) : 1,
                    TextContent.Of(text))
                : null,
        };
    }

    /// <summary>An extrapolation as a manifest asks for it.</summary>
    /// <param name="settings">The manifest's, with its rule of widths (<see cref="ExperimentManifest.Scaling"/>).</param>
    /// <param name="small">The order.</param>
    public static ExtrapolateInputs Extrapolate(ExtrapolationSettings settings, LayerSequence small)
    {
        var target = settings.Target;
        return new(
            new ExtrapolateTarget(settings.Method, target.Size.Parameters, target.ShapeOf(small), target.Depth),
            new ExtrapolateContent(small));
    }

    /// <summary>A pre-training as a manifest asks for it.</summary>
    /// <param name="manifest">Its sections extrapolate and pretrain.</param>
    /// <param name="seed">Of the repetition.</param>
    /// <param name="layers">The order.</param>
    /// <param name="corpus">Its tokens.</param>
    public static PretrainInputs Pretrain(ExperimentManifest manifest, Seed seed, LayerSequence layers, CorpusContent corpus) => new(
        seed,
        manifest.Scaling.Target.ShapeOf(layers),
        PretrainedSettings.Of(manifest.Pretrain),
        new PretrainContent(layers, corpus));

    /// <summary>A timing as a manifest asks for it.</summary>
    /// <param name="manifest">Its sections pretrain and lm-eval.</param>
    /// <param name="models">Which are timed, in turns, and whether they are trained here.</param>
    public static EfficiencyInputs Efficiency(ExperimentManifest manifest, IReadOnlyCollection<(TimedModel Model, bool IsTrained)> models)
    {
        ValueList<TimedModel> timed = [.. TimedModel.Distinct(models.Select(m => m.Model))];
        ValueList<int> trained = [.. timed.Index().Where(t => models.Contains((t.Item, true))).Select(t => t.Index)];
        return new EfficiencyInputs(
            new TimedLengths(manifest.LmEval.Lengths),
            trained.Count == 0 ? null : Step(manifest),
            manifest.Pretrain.Engine,
            new EfficiencyContent(timed, trained));
    }

    /// <summary>The step of training that is timed.</summary>
    public static TimedStep Step(ExperimentManifest manifest) =>
        new(manifest.Pretrain.Training.BatchTokens, manifest.Pretrain.Training.Length);

    /// <summary>A model as a timing of its decoding sees it.</summary>
    /// <param name="layers">The order.</param>
    /// <param name="shape">The widths.</param>
    /// <param name="vocabulary">Tokens that the model knows.</param>
    public static TimedModel Timed(LayerSequence layers, ModelShape shape, int vocabulary) =>
        new(layers, vocabulary, shape.CompletedFor(layers, OptionDefaults.AtSize));

    /// <summary>A scoring as a manifest asks for it.</summary>
    /// <param name="tasks">What is asked.</param>
    /// <param name="engine">What trained the model.</param>
    /// <param name="layers">Its order.</param>
    /// <param name="weights">Its parameters.</param>
    /// <param name="tokenizer">Its tokenizer; null for bytes.</param>
    /// <param name="digestOfFile">Hashes a file, or knows its digest.</param>
    /// <param name="corpus">Whose held-out text is scored at more lengths; null of a model that came trained.</param>
    public static LmEvalInputs LmEval(
        ScoredTasks tasks,
        string engine,
        LayerSequence layers,
        Digest weights,
        Digest? tokenizer,
        Func<string, Digest> digestOfFile,
        CorpusContent? corpus = null) => new(
        corpus is null ? tasks.Settings with { LengthMultiples = [] } : tasks.Settings,
        engine,
        [.. layers.Distinct().Order().Select(symbol => symbol.ToString())],
        new LmEvalContent(weights, tokenizer, tasks.Digests(digestOfFile), tasks.Definitions, corpus));
}
