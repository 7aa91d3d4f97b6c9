using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Widths;
using Composer.Core;
using Composer.Core.Text;
using Composer.Exchange.HuggingFace;
using Composer.Manifests.Model;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Search;
using Composer.Stages.Aggregate;
using Composer.Stages.Estimates;
using Composer.Stages.Efficiency;
using Composer.Stages.Extrapolate;
using Composer.Stages.Import;
using Composer.Stages.LmEval;
using Composer.Stages.Pretrain;
using Composer.Stages.Report;
using Composer.Stages.Search;
using Composer.Stages.Tokenize;
using Composer.Store;
using Composer.Training.Engines;

namespace Composer.Stages.Experiment;

/// <summary>The stages of one point of a sweep.</summary>
/// <param name="point">With its variants.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="stages">Receives them.</param>
/// <param name="corpora">Of the whole experiment.</param>
internal sealed class PointStages(SweepPoint point, string folder, List<Stage> stages, CorpusStages corpora)
{
    /// <summary>The name of what the search finds, in stages and tables.</summary>
    public const string Composite = "composite";

    private static readonly StageNeeds Trains = new(0, EngineRegistry.Cpu);
    private static readonly IReadOnlyDictionary<string, string> NoPlaces = new Dictionary<string, string>();

    /// <summary>The rows of the final table that the stages end in.</summary>
    public ReportedPoint Build()
    {
        var branches = new List<TrainedBranch>();
        foreach (var (variant, manifest) in point.Variants)
        {
            // The main experiment's stages have plain names; a variant's carry its name.
            branches.Add(Found(branches.Count == 0 ? Composite : variant, branches.Count == 0 ? "" : $"/{variant}", manifest));
        }

        var target = point.Manifest.Scaling.Target;
        foreach (var baseline in point.Manifest.Baseline)
        {
            if (baseline.IsImported)
            {
                branches.Add(Imported(baseline));
                continue;
            }

            var layers = baseline.Resolve(point.Manifest.Scaling);
            var trained = Train(baseline.Name, "", point.Manifest, [], _ => layers, layers);
            branches.Add(trained with
            {
                Branch = trained.Branch with
                {
                    Baseline = ArchitectureOutput.Of(layers, target.ShapeOf(layers)),
                },
            });
        }

        // Repetition by repetition, so that there are pairs to compare as early as can be.
        var runs = branches.ToDictionary(b => b.Branch.Name, _ => new List<ReportedRun>(), StringComparer.Ordinal);
        for (var repetition = 1; branches.Any(b => repetition < b.Repetitions); repetition++)
        {
            foreach (var branch in branches.Where(b => repetition < b.Repetitions))
            {
                runs[branch.Branch.Name].Add(branch.Repeat(repetition));
            }
        }

        // Timed in turns are those that one engine decodes and trains at the same lengths; of repetitions the first alone.
        var timed = new List<ReportedBranch>();
        foreach (var group in branches.GroupBy(
            b => (b.Manifest.Pretrain.Engine, b.Needs.Gpus, b.Manifest.LmEval.Lengths, StageInputs.Step(b.Manifest))))
        {
            var stage = Time([.. group], timed.Count == 0 ? "" : $"/{group.First().Branch.Name}");
            timed.AddRange(group.Select(b => b.Branch with { Efficiency = stage.Name, Repetitions = [.. runs[b.Branch.Name]] }));
        }

        return new ReportedPoint(
            point.Label,
            [.. point.Axes.Select(a => new SweptValue(a.Path, a.Value))],
            [.. branches.Select(b => timed.First(t => t.Name == b.Branch.Name))]);
    }

    private Stage Time(IReadOnlyList<TrainedBranch> branches, string suffix) => Add(new Stage(
        Named(KindNames.Efficiency, suffix),
        EfficiencyStage.Kind,
        [.. branches.Select(b => b.Pretrain)],
        (results, _) => StageInputs.Efficiency(
            branches[0].Manifest, [.. branches.Where(b => results.Has(b.Pretrain)).Select(b => (b.Timed(results), !b.Branch.IsImported))]))
    {
        Description = EfficiencyStage.Describe(
            branches[0].Manifest.LmEval,
            branches.Count,
            branches.All(b => b.Branch.IsImported) ? null : StageInputs.Step(branches[0].Manifest)),

        // A model at a time is trained.
        Needs = MachineOfStage.Of(
            branches[0].Needs with { Memory = branches.Max(b => b.Pretrain.Needs.Memory) },
            KindNames.Efficiency,
            branches[0].Manifest.Agents),
        Work = (results, _) => [.. branches.SelectMany(b => b.Work(results))],

        // A model that was not trained is missing in the turns of the others.
        CanDoWithout = missing => missing.Count < branches.Count,
    });

    private TrainedBranch Found(string name, string suffix, ExperimentManifest manifest)
    {
        var (search, aggregate) = (manifest.Search, manifest.Aggregate);
        var trains = MachineOfStage.Of(Trains, KindNames.Evaluate, manifest.Agents);
        var (text, length) = (corpora.ForText(manifest, kind => Named(kind, suffix)), manifest.Evaluate.Text.Length);
        var searching = Add(new Stage(
            Named(KindNames.Search, suffix),
            SearchStage.Kind,
            text?.Inputs ?? [],
            (results, digestOf) => StageInputs.Search(manifest, text?.ContentOf(results, digestOf, length)))
        {
            Description = Describe(search),
            Needs = trains,
            CheckInputs = facts => text?.Check(length, facts),
            Places = text?.Places ?? NoPlaces,
            ReadFiles = digestOf => text?.ReadFiles(digestOf),
            ReadsOutputs = text?.ReadsOutputs ?? [],
            Work = (_, store) => LeftOf(CandidateWork.OfSearch(manifest), store),
            Asks = new AskedJobs(
                Named(KindNames.Evaluate, suffix),
                KindNames.Evaluate,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{CountText.Of(manifest.Evaluate.Tasks.Count, "task")}, {CountText.Of(manifest.Evaluate.Epochs, "epoch")} of "
                    + $"{manifest.Evaluate.Samples}"),
                (store, result) => text is { Content: null }
                    ? null
                    : SearchStage.Kind.CountEvaluations(StageInputs.Search(manifest, text?.Content), trains, store, result)),
        });
        var aggregating = Add(new Stage(
            Named(KindNames.Aggregate, suffix),
            AggregateStage.Kind,
            [searching],
            (results, digestOf) => StageInputs.Aggregate(
                manifest,
                results[searching].Record.Outputs[SearchOutput.Name].Digest,
                aggregate.Confirms ? text?.ContentOf(results, digestOf, length) : null))
        {
            Description = AggregateStage.Describe(aggregate),
            Needs = aggregate.Confirms ? trains : StageNeeds.None,
            Places = text?.Places ?? NoPlaces,
            ReadsOutputs = text?.ReadsOutputs ?? [],
            Work = aggregate.Confirms ? (_, _) => CandidateWork.OfConfirmation(manifest) : null,
            Asks = aggregate.Confirms
                ? new AskedJobs(
                    Named($"{KindNames.Evaluate}/fresh", suffix),
                    KindNames.Evaluate,
                    AggregateStage.DescribeFreshRuns(aggregate),
                    AggregateStage.Kind.CountEvaluations)
                : null,
        });
        var extrapolating = Add(new Stage(
            Named(KindNames.Extrapolate, suffix),
            ExtrapolateStage.Kind,
            [aggregating],
            (results, _) => StageInputs.Extrapolate(
                manifest.Scaling, results[aggregating].Read<AggregateOutput>(AggregateOutput.Name).Architecture))
        {
            Description = $"{Core.Settings.SettingNames.Of(manifest.Extrapolate.Method)} to {manifest.Extrapolate.Size}"
                + DescribeWidths(
                    manifest.Search,
                    manifest.Scaling.Target.ShapeOf(manifest.Search.Primitives.Select(p => p[0])),
                    manifest.Pretrain.Training.Length),
        });
        var trained = Train(
            name,
            suffix,
            manifest,
            [extrapolating],
            results => results[extrapolating].Read<ArchitectureOutput>(ArchitectureOutput.Name).Architecture,
            layers: null);
        return trained with
        {
            Branch = trained.Branch with
            {
                Search = new ReportedSearch(
                    searching.Name, aggregating.Name, extrapolating.Name, SearchedSpace.Of(search), new Seed(manifest.Seed)),
            },
        };

        // What is in the store already costs nothing; only of an exhaustive search is it known beforehand how much that is.
        IReadOnlyList<Work> LeftOf(IReadOnlyList<Work> all, StageStore store) =>
            search.Strategy == SearchStrategy.Exhaustive && all.Count > 0 && text is not { Content: null }
                && SearchStage.Kind.CountEvaluations(StageInputs.Search(manifest, text?.Content), trains, store, null) is { All: > 0 } count
                ? [.. all.Select(w => w with { Amount = w.Amount * (count.All - count.Present) / count.All })]
                : all;
    }

    /// <summary>A checkpoint that others trained: brought in, scored with its own tokenizer, its decoding timed.</summary>
    private TrainedBranch Imported(BaselineSection baseline)
    {
        var (manifest, name) = (point.Manifest, baseline.Name);
        var (section, settings) = (manifest.Pretrain, manifest.LmEval);
        var tasks = PlannedTasks.Read(settings, folder);
        var (checkpoint, needs) = (Path.GetFullPath(baseline.Checkpoint, folder), NeedsOfOne(section));
        var scores = MachineOfStage.Of(needs, KindNames.LmEval, manifest.Agents);
        var import = Add(new Stage(
            Named(KindNames.Import, $"/{name}"),
            ImportStage.Kind,
            [],
            (_, digestOf) => new ImportInputs(new ImportContent(ImportStage.DigestsOf(checkpoint, digestOf))))
        {
            Description = baseline.Checkpoint,
            CheckInputs = facts => ImportStage.Check(checkpoint, facts),
            NeedsOfReaders = needs,
            Places = ImportStage.PlacesOf(baseline.Checkpoint, folder),
            ReadFiles = digestOf => ImportStage.DigestsOf(checkpoint, digestOf),
        });
        var evaluation = Add(new Stage(Named(KindNames.LmEval, $"/{name}"), LmEvalStage.Kind, [import], (results, digestOf) =>
        {
            var outputs = results[import].Record.Outputs;
            return StageInputs.LmEval(
                tasks,
                section.Engine,
                ModelIn(results).Architecture,
                outputs[PretrainOutput.Weights].Digest,
                outputs[PretrainOutput.Tokenizer].Digest,
                digestOf);
        })
        {
            Description = LmEvalStage.Describe(settings),
            Needs = scores,
            CheckInputs = facts => LmEvalStage.Check(tasks, checkpoint, facts),
            Work = (results, store) => WorkOf(results)?.Scoring(
                tasks, KnownTokenizer.OfFile(HuggingFaceCheckpoint.TokenizerIn(checkpoint), store.FactOfFile), null, store.FactOfFile) ?? [],
            Places = tasks.Places,
            ReadFiles = digestOf => tasks.Digests(digestOf),
            ReadsOutputs = [(import, PretrainOutput.Weights), (import, PretrainOutput.Tokenizer)],
        });
        return new TrainedBranch(
            new ReportedBranch(name, import.Name, evaluation.Name, ""),
            manifest,
            import,
            needs,
            results => StageInputs.Timed(
                ModelIn(results).Architecture, ModelIn(results).Shape, results[import].Read<ImportOutput>(ImportOutput.Name).Vocabulary),
            results => WorkOf(results)?.Timing(isTrained: false) ?? []);

        ArchitectureOutput ModelIn(IStageResults results) => results[import].Read<ImportOutput>(ImportOutput.Name).Model;

        ModelWork? WorkOf(IStageResults results) => results.Has(import)
            ? new ModelWork(manifest, ModelIn(results).Architecture, ModelIn(results).Shape)
            : null;
    }

    private TrainedBranch Train(
        string name,
        string suffix,
        ExperimentManifest manifest,
        Stage[] inputs,
        Func<IStageResults, LayerSequence> order,
        LayerSequence? layers)
    {
        var (section, settings) = (manifest.Pretrain, manifest.LmEval);
        var tasks = PlannedTasks.Read(settings, folder);
        var (corpus, length) = (corpora.ForPretraining(manifest, kind => Named(kind, suffix)), section.Training.Length);
        var (window, scoresText) = (settings.LongestWindow(length), settings.LengthMultiples.Count > 0);
        var needs = NeedsOfOne(section);
        var disk = PretrainMemory.Disk(manifest, layers);
        var (first, evaluation) = Run(0);
        return new TrainedBranch(
            new ReportedBranch(name, first.Name, evaluation.Name, ""),
            manifest,
            first,
            needs,
            results => StageInputs.Timed(
                order(results),
                manifest.Scaling.Target.ShapeOf(order(results)),
                results[first].Read<PretrainOutput>(PretrainOutput.Name).Vocabulary),
            results => WorkOf(results)?.Timing(isTrained: true) ?? [])
        {
            Repetitions = section.Repetitions,
            Repeat = repetition =>
            {
                var (pretrain, lmEval) = Run(repetition);
                return new ReportedRun(repetition, pretrain.Name, lmEval.Name);
            },
        };

        (Stage Pretrain, Stage LmEval) Run(int repetition)
        {
            var pretrain = Pretrain(StageNames.OfRun(name, repetition), PretrainStage.SeedOf(new Seed(manifest.Seed), repetition));
            return (pretrain, Evaluate(StageNames.OfRun(name, repetition), pretrain));
        }

        Stage Pretrain(string run, Seed seed) => Add(new Stage(
            Named(KindNames.Pretrain, run),
            PretrainStage.Kind,
            [.. inputs, .. corpus.Inputs],
            (results, digestOf) => StageInputs.Pretrain(manifest, seed, order(results), corpus.ContentOf(results, digestOf, length, window)))
        {
            Description = PretrainStage.Describe(section),
            Needs = MachineOfStage.Of(
                needs with
                {
                    Gpus = section.Resources.Gpus,
                    Processes = section.Resources.Processes,
                    Memory = PretrainMemory.Least(manifest, layers) * section.Resources.Processes,
                    Disk = disk.Checkpoints,
                    Kept = disk.Weights,
                },
                KindNames.Pretrain,
                manifest.Agents),
            CheckInputs = facts => corpus.Check(length, facts, window),
            Work = (results, _) => WorkOf(results)?.Pretraining() ?? [],
            Places = PretrainStage.PlacesOf(section, folder),
            ReadFiles = corpus.ReadFiles,
            ReadsOutputs = corpus.ReadsOutputs,
        });

        Stage Evaluate(string run, Stage pretrain) => Add(new Stage(
            Named(KindNames.LmEval, run), LmEvalStage.Kind, [pretrain, .. scoresText ? corpus.Inputs : []], (results, digestOf) =>
        {
            var outputs = results[pretrain].Record.Outputs;
            var tokenizer = outputs.TryGetValue(PretrainOutput.Tokenizer, out var blob) ? blob.Digest : (Digest?)null;
            return StageInputs.LmEval(
                tasks,
                section.Engine,
                order(results),
                outputs[PretrainOutput.Weights].Digest,
                tokenizer,
                digestOf,
                scoresText ? corpus.ContentOf(results, digestOf, length, window) : null);
        })
        {
            Description = LmEvalStage.Describe(settings),
            Needs = MachineOfStage.Of(needs, KindNames.LmEval, manifest.Agents),
            CheckInputs = facts => LmEvalStage.Check(tasks, section, folder, facts),
            Work = (results, store) => WorkOf(results)?.Scoring(
                tasks,
                KnownTokenizer.Of(section.Corpus, folder, store.FactOfFile),
                corpus.Inputs is [var tokenizing] && results.Has(tokenizing)
                    ? results[tokenizing].Read<TokenizeOutput>(TokenizeOutput.Name)
                    : null,
                store.FactOfFile) ?? [],
            Places = scoresText ? tasks.Places.Concat(corpus.Places).ToDictionary(p => p.Key, p => p.Value) : tasks.Places,
            ReadFiles = digestOf =>
            {
                tasks.Digests(digestOf);
                if (scoresText)
                {
                    corpus.ReadFiles(digestOf);
                }
            },
            ReadsOutputs =
            [
                (pretrain, PretrainOutput.Weights), (pretrain, PretrainOutput.Tokenizer), .. scoresText ? corpus.ReadsOutputs : [],
            ],
        });

        ModelWork? WorkOf(IStageResults results) =>
            (layers ?? (inputs.All(results.Has) ? order(results) : TypicalOrder.Scaled(manifest))) is { } known
                ? new ModelWork(manifest, known)
                : null;
    }

    private static string Describe(SearchSettings search)
    {
        var space = new SearchSpace(search.Layers, search.Primitives.Select(p => p[0]));
        var orders = space.Size == long.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $", {space.Size:N0} orders");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Core.Settings.SettingNames.Of(search.Strategy)}, {CountText.Of(search.Layers, "layer")}{orders}")
            + DescribeWidths(search, search.CandidateShape, search.Constraints.Length);
    }

    /// <summary>What the rule of widths has chosen, and what remains different; nothing where widths are given.</summary>
    private static string DescribeWidths(SearchSettings search, ModelShape shape, int length) => search.Widths == LayerWidths.Given
        ? ""
        : $", {Core.Settings.SettingNames.Of(search.Widths)} ("
            + $"{LayerCostText.Of(LayerCost.Of(shape, search.Primitives.Select(p => p[0]), length))})";

    /// <summary>Of what no ranks share: one GPU where there are several.</summary>
    private static StageNeeds NeedsOfOne(PretrainSection section) => new(Math.Min(1, section.Resources.Gpus), section.Engine);

    private string Named(string kind, string suffix) => StageNames.Of(point.Label, kind, suffix);

    private Stage Add(Stage stage)
    {
        stages.Add(stage);
        return stage;
    }

    /// <summary>A row of the final table before its decoding is timed.</summary>
    private sealed record TrainedBranch(
        ReportedBranch Branch,
        ExperimentManifest Manifest,
        Stage Pretrain,
        StageNeeds Needs,
        Func<IStageResults, TimedModel> Timed,
        Func<IStageResults, IReadOnlyList<Work>> Work)
    {
        /// <summary>How often it is pre-trained; once of what came trained.</summary>
        public int Repetitions { get; init; } = 1;

        /// <summary>Adds the stages of one more training, told its number.</summary>
        public Func<int, ReportedRun> Repeat { get; init; } = number => throw new ArgumentOutOfRangeException(nameof(number));
    }
}
