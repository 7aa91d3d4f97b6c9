using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Stages.Search;

/// <summary>The trainings that a manifest wants of each candidate, with their keys.</summary>
internal sealed class EvaluationRequests
{
    private readonly EvaluationProtocol protocol;
    private readonly ExperimentManifest manifest;
    private readonly Seed seed;
    private readonly TextTask? text;

    /// <param name="manifest">Sections <c>search</c> and <c>evaluate</c> are read.</param>
    /// <param name="text">The corpus behind the text task; null when the manifest does not ask for it.</param>
    public EvaluationRequests(ExperimentManifest manifest, TextTask? text)
    {
        this.manifest = manifest;
        this.text = text;
        protocol = EvaluationPlan.Protocol(manifest);
        seed = new Seed(manifest.Seed).Derive("evaluate");
    }

    public ModelShape Shape => protocol.Shape;

    public ScoringRule Rule => protocol.Rule;

    /// <summary>Repetitions of each training in one run of a candidate.</summary>
    public int Repetitions => manifest.Evaluate.Repetitions;

    /// <summary>Trainings of one candidate.</summary>
    public int PerCandidate =>
        manifest.Evaluate.Tasks.Count * EvaluationPlan.Variants(manifest.Evaluate).Count() * Repetitions;

    /// <summary>All trainings of one candidate, in a fixed order: task by task, setting by setting.</summary>
    public IReadOnlyList<EvaluationRequest> Of(LayerSequence layers) => Of(layers, replicate: 0);

    /// <summary>The trainings of one more run of a candidate: other data and other initial parameters.</summary>
    /// <param name="layers">The candidate.</param>
    /// <param name="replicate">0 for the first run.</param>
    public IReadOnlyList<EvaluationRequest> Of(LayerSequence layers, int replicate)
    {
        var repetitions = Repetitions;
        var all = protocol with { Repetitions = repetitions * (replicate + 1) };
        var requests = all.Units(layers, seed).Select(unit => Mad(unit, stopAfter: 0)).ToList();
        if (text is not null)
        {
            requests.AddRange(text.Requests(layers, Shape, seed, repetitions * (replicate + 1)));
        }

        return [.. requests.Where(r => r.Repetition >= repetitions * replicate)];
    }

    /// <summary>The beginnings of a candidate's trainings on the MAD tasks, as far as a share of their epochs.</summary>
    public IReadOnlyList<EvaluationRequest> Beginnings(LayerSequence layers, double share) =>
    [
        .. protocol.Units(layers, seed).Select(unit =>
            Mad(unit, Math.Max(1, (int)Math.Round(share * unit.Evaluation.Settings.Epochs, MidpointRounding.AwayFromZero)))),
    ];

    /// <summary>Fields that every training's key has.</summary>
    internal static Preimage.Builder KeyOf(LayerSequence layers, ModelShape shape, Seed seed) =>
        Preimage.Of(StageKind.Evaluate)
            .Add("candidate", layers.ToString())
            .Add("model.dim", shape.Dim)
            .Add("model.heads", shape.Heads)
            .Add("model.kv_heads", shape.KvHeads)
            .Add("model.hidden", shape.Hidden)
            .Add("seed", seed)
            .Add("hardware", HardwarePolicy.Cpu);

    private static EvaluationRequest Mad(EvaluationUnit unit, int stopAfter)
    {
        var (evaluation, difficulty) = (unit.Evaluation, unit.Evaluation.TaskSettings);
        var settings = evaluation.Settings with { StopAfter = stopAfter };
        var fields = KeyOf(evaluation.Layers, evaluation.Shape, evaluation.Seed)
            .Add("code", StageCode.Evaluate([evaluation.Task.Name], evaluation.Layers))
            .Add("task", evaluation.Task.Name)
            .Add("task.vocabulary", difficulty.Vocabulary)
            .Add("task.length", difficulty.Length)
            .Add("task.noise_vocabulary", difficulty.NoiseVocabulary)
            .Add("task.noise_fraction", difficulty.NoiseFraction)
            .Add("task.copy", difficulty.Copy)
            .Add("task.motif", difficulty.Motif)
            .Add("task.multi_query", difficulty.MultiQuery)
            .Add("samples", settings.Samples)
            .Add("test_samples", settings.TestSamples)
            .Add("epochs", settings.Epochs)
            .Add("batch", settings.Batch)
            .Add("learning_rate", settings.LearningRate)
            .Add("weight_decay", settings.WeightDecay)
            .Add("betas", [settings.Beta1, settings.Beta2])
            .Add("schedule", settings.Schedule == RateSchedule.Constant ? "constant" : "cosine")
            .Add("clip", settings.Clip)
            .Add("fresh", settings.Fresh)
            .Add("stop_accuracy", settings.StopAccuracy)
            .Add("tests", settings.Evaluations);
        if (stopAfter > 0)
        {
            fields.Add("stop_after", stopAfter);
        }

        var key = fields.Build();
        return new EvaluationRequest(
            evaluation.Task.Name,
            unit.Variant,
            unit.Repetition,
            settings.LastEpoch,
            key,
            new EvaluationUnitJob
            {
                Key = key.Key.ToString(),
                Seed = evaluation.Seed.Value,
                Mad = new MadUnit(evaluation.Task.Name, difficulty, settings),
            });
    }
}
