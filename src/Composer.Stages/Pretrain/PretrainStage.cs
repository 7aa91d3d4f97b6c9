using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Json;
using Composer.Core.Text;
using Composer.Language.Pretraining;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Evaluate;
using Composer.Stages.Hardware;
using Composer.Store;
using Composer.Store.Records;
using Composer.Training.Models;

namespace Composer.Stages.Pretrain;

/// <summary>Pre-trains one large order on the corpus, to the budget that all models of the experiment have.</summary>
public sealed class PretrainStage : JobKind<PretrainInputs>
{
    private const string CheckpointSeconds = "checkpoint-seconds";

    public static PretrainStage Kind { get; } = new();

    public override string Name => KindNames.Pretrain;

    public override bool RunsOnAgent => true;

    public override bool RunsLong => true;

    /// <remarks>The trunk is there to continue from; the result does not rest on it.</remarks>
    public override bool RestsOnWhatIsBehind => false;

    /// <summary>In a few words.</summary>
    public static string Describe(PretrainSection section)
    {
        var training = section.Training;
        var budget = training.Flops is { } flops
            ? string.Create(CultureInfo.InvariantCulture, $"{flops:0.###e+0} FLOPs ({Core.Settings.SettingNames.Of(training.FlopCount)})")
            : string.Create(CultureInfo.InvariantCulture, $"{training.Tokens:N0} tokens");
        return $"{section.Corpus.Corpus}, {budget}";
    }

    /// <summary>Where a job finds what its inputs hold the digests of, and how often it writes checkpoints.</summary>
    public static IReadOnlyDictionary<string, string> PlacesOf(PretrainSection section, string folder) =>
        new Dictionary<string, string>(CorpusPlaces.Of(section.Corpus, folder))
        {
            [CheckpointSeconds] = section.Training.CheckpointSeconds.ToString(CultureInfo.InvariantCulture),
        };

    public override IEnumerable<Digest> KeysBehind(StageResult result) =>
        result.Read<PretrainOutput>(PretrainOutput.Name).Trunk is { } end ? [TrunkCheckpoints.At(result.Record.Preimage, end).Key] : [];

    public override string Summarize(StageResult result)
    {
        var output = result.Read<PretrainOutput>(PretrainOutput.Name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{output.Architecture.Notation}, {ParameterText.Of(output.Parameters)} parameters, {output.Tokens:N0} tokens, validation loss {output.ValidationLoss:0.0000}");
    }

    public override IReadOnlyDictionary<string, double> MetricsOf(StageResult result) =>
        new Dictionary<string, double> { ["validation loss"] = result.Read<PretrainOutput>(PretrainOutput.Name).ValidationLoss };

    public override int? ThreadsOf(StageResult result) => result.ReadBeside<PretrainSpeed>(PretrainSpeed.Name)?.Threads;

    public override bool HasNumbers(string output) => base.HasNumbers(output) && output != PretrainOutput.Tokenizer;

    /// <remarks>By the budget; tokens of another model cost more or less than that, in a way that its own runs tell.</remarks>
    public override double? WorkRatio(IReadOnlyList<PreimageField> older, IReadOnlyList<PreimageField> newer) =>
        TrunkCheckpoints.Budget.Select(path => Ratio(path, older, newer)).FirstOrDefault(ratio => ratio is not null);

    protected override Digest CodeOf(PretrainInputs inputs) => CodeDigest.Of(
        KindNames.Pretrain, CodeUse.Primitives(inputs.Input.Architecture), CodeUse.Engine(inputs.Pretrain.Engine));

    protected override string? HardwareOf(PretrainInputs inputs, StageNeeds needs, StageStore store) =>
        HardwarePolicy.Of(inputs.Pretrain.Engine, needs.Gpus, Name, store);

    protected override string? Continuation(
        PretrainInputs inputs, Preimage preimage, string workFolder, IReadOnlyList<PreimageDifference> differences, StageStore store)
    {
        var stopped = PretrainFiles.NewestStep(workFolder) ?? 0;
        var trunk = BeginningsOf(inputs, preimage, store).Select(b => b.Step).FirstOrDefault();
        if (Math.Max(stopped, trunk) > 0)
        {
            return stopped >= trunk
                ? string.Create(CultureInfo.InvariantCulture, $"continues from step {stopped:N0}, where it was stopped")
                : string.Create(CultureInfo.InvariantCulture, $"continues from step {trunk:N0} of the trunk");
        }

        return differences.Count > 0 && differences.All(d => TrunkCheckpoints.Budget.Contains(d.Path))
            ? TrunkCheckpoints.WhyNotShared(inputs.Pretrain.Training) ?? "starts anew: the store has no checkpoint of the trunk as early as it needs"
            : null;
    }

    [CodeRoot(KindNames.Pretrain)]
    protected override IReadOnlyList<JobBeginning> BeginningsOf(PretrainInputs inputs, Preimage preimage, StageStore store)
    {
        if (TrunkCheckpoints.WhyNotShared(inputs.Pretrain.Training) is not null)
        {
            return [];
        }

        return
        [
            .. TrunkCheckpoints.Find(store, preimage.Fields)
                .Where(t => t.Facts.Step <= EndOfTrunk(inputs, t.Facts))
                .Select(t => (t.Facts.Step, Blob: t.Record.Outputs[TrunkCheckpoints.Checkpoint].Digest))
                .Select(t => new JobBeginning(t.Step, store.PathOf(t.Blob), t.Blob)),
        ];
    }

    /// <summary>The checkpoint at the trunk's end; a run that began there has none of its own.</summary>
    [CodeRoot(KindNames.Pretrain)]
    protected override IReadOnlyList<JobByproduct> ByproductsOf(PretrainInputs inputs, Preimage preimage, JobOutcome outcome, string folder)
    {
        var output = ComposerJson.Read<PretrainOutput>(outcome.Outputs[PretrainOutput.Name].ReadAll());
        return output.Trunk is { } end && Path.Combine(folder, PretrainFiles.TrunkAt(end.Step)) is var path && File.Exists(path)
            ? [TrunkCheckpoints.Byproduct(preimage, end, output.Vocabulary, path)]
            : [];
    }

    [CodeRoot(KindNames.Pretrain)]
    protected override Task<JobOutcome> ComputeAsync(PretrainInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var (section, layers) = (inputs.Pretrain, inputs.Input.Architecture);
        var settings = section.Training with { CheckpointSeconds = double.Parse(tools.Places[CheckpointSeconds], CultureInfo.InvariantCulture) };
        var engine = EngineRegistry.Get(section.Engine);
        tools.Report(new StageProgress(0, "prepares the corpus"));
        using var corpus = CorpusPlaces.Prepare(section.Corpus, inputs.Seed, tools.Places, cancellation);
        var model = new ModelConfiguration(layers, inputs.Model, corpus.Vocabulary, settings.Length);
        var run = new PretrainRun(engine, model, corpus, settings, inputs.Seed.Derive("pretrain"), tools.Threads, tools.Folder)
        {
            Trunks = [.. tools.Beginnings.Select(b => new TrunkCheckpoint(b.Step, b.Path, b.Digest))],
        };
        var (result, timings) = Pretrainer.Run(run, new PretrainProgressReport(tools.Report), cancellation);
        if (result.Outcome != PretrainOutcome.Completed)
        {
            return Task.FromResult(JobOutcome.Failed(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"loss or gradient were not finite at step {result.Steps + 1}; nothing was updated with them. Lower the learning rate or set a clip."),
                failsAlike: true));
        }

        var outcome = JobOutcome.Done()
            .WithFile(PretrainOutput.Weights, Path.Combine(tools.Folder, PretrainFiles.Weights))
            .With(PretrainOutput.Name, Output(inputs, model, result, corpus.Validation.Count))
            .WithBeside(PretrainSpeed.Name, new PretrainSpeed
            {
                Seconds = timings.Seconds,
                TokensPerSecond = timings.TokensPerSecond,
                FlopsPerSecond = timings.FlopsPerSecond,
                Threads = tools.Threads,
                ResumedFromStep = timings.ResumedFromStep,
            });
        return Task.FromResult(Path.Combine(tools.Folder, PretrainFiles.Tokenizer) is var tokenizer && File.Exists(tokenizer)
            ? outcome.WithFile(PretrainOutput.Tokenizer, tokenizer)
            : outcome);
    }

    private static PretrainOutput Output(PretrainInputs inputs, ModelConfiguration model, PretrainResult result, long validationTokens) => new()
    {
        Architecture = model.Layers,
        Parameters = ArchitectureCosts.Of(model.Layers, model.Shape, model.Vocabulary).TotalParameters,
        Vocabulary = model.Vocabulary,
        Steps = result.Steps,
        Tokens = result.Tokens,
        Flops = TokenBudget.FlopsFor(result.Tokens, result.FlopsPerToken),
        FlopsPerToken = result.FlopsPerToken,
        FlopCount = inputs.Pretrain.Training.FlopCount,
        ValidationLoss = result.FinalValidationLoss,
        ValidationTokens = validationTokens,
        Trunk = result.TrunkEnd is { } end ? new TrunkOutput(end, result.ValidationEvery) : null,
        Curve = [.. result.Curve.Select(p => new LossPoint(p.Step, p.Tokens, p.Loss))],
        Validation = [.. result.Validation.Select(p => new LossPoint(p.Step, p.Tokens, p.Loss))],
    };

    /// <summary>Where the rate of a run begins to fall; the model is that of the trunk, so its vocabulary is too.</summary>
    private static long EndOfTrunk(PretrainInputs inputs, TrunkFacts facts)
    {
        var settings = inputs.Pretrain.Training;
        var plan = PretrainPlan.Of(settings, new ModelConfiguration(inputs.Input.Architecture, inputs.Model, facts.Vocabulary, settings.Length));
        return plan.IsTrunkShared ? plan.TrunkEnd!.Value : 0;
    }
}
