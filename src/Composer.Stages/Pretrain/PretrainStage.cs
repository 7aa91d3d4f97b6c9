using System.Globalization;
using Composer.Core;
using Composer.Core.Text;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Stages.Tokenize;
using Composer.Store;
using Composer.Training.Models;

namespace Composer.Stages.Pretrain;

/// <summary>Pre-trains one large order on the corpus, to the budget that all models of the experiment have.</summary>
public sealed class PretrainStage : JobKind<PretrainInputs>
{
    public static PretrainStage Kind { get; } = new();

    public override string Name => KindNames.Pretrain;

    public override bool RunsOnAgent => true;

    public override bool RunsLong => true;

    public override bool SharesRanks => true;

    /// <remarks>The trunk is there to continue from; the result does not rest on it.</remarks>
    public override bool RestsOnWhatIsBehind => false;

    /// <summary>
    /// Of one of several trainings, which all models share: repetition r of one and of another see the same data in the same order
    /// and begin alike as far as they are alike. The corpus and what of it is held out are those of the experiment's seed in all.
    /// </summary>
    /// <param name="experiment">The experiment's at the point of the sweep.</param>
    /// <param name="repetition">From 0, which has the experiment's own.</param>
    public static Seed SeedOf(Seed experiment, int repetition) =>
        repetition == 0 ? experiment : experiment.Derive("repetition", repetition);

    /// <summary>In a few words.</summary>
    public static string Describe(PretrainSection section)
    {
        var training = section.Training;
        var budget = training.Flops is { } flops
            ? string.Create(CultureInfo.InvariantCulture, $"{flops:0.###e+0} FLOPs ({Core.Settings.SettingNames.Of(training.FlopCount)})")
            : string.Create(CultureInfo.InvariantCulture, $"{training.Tokens:N0} tokens");
        var ranks = section.Resources.Ranks;
        return $"{section.Corpus.Corpus}, {budget}{(ranks > 1 ? string.Create(CultureInfo.InvariantCulture, $", {ranks} ranks") : "")}";
    }

    /// <summary>Where a job finds what its inputs hold the digests of, and how often it writes checkpoints.</summary>
    public static IReadOnlyDictionary<string, string> PlacesOf(PretrainSection section, string folder) =>
        new Dictionary<string, string>(CorpusPlaces.Of(section.Corpus, folder))
        {
            [PretrainComputation.CheckpointSeconds] = section.Training.CheckpointSeconds.ToString(CultureInfo.InvariantCulture),
        };

    public override IEnumerable<Digest> KeysBehind(StageResult result) =>
        result.Read<PretrainOutput>(PretrainOutput.Name).Trunk is { } end ? [TrunkCheckpoints.At(result.Record.Preimage, end).Key] : [];

    public override string Summarize(StageResult result)
    {
        var output = result.Read<PretrainOutput>(PretrainOutput.Name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{output.Architecture.Notation}, {ParameterText.Of(output.Parameters)} parameters, {output.Tokens:N0} tokens, validation "
            + $"loss {output.ValidationLoss:0.0000}");
    }

    public override IReadOnlyDictionary<string, double> MetricsOf(StageResult result) =>
        new Dictionary<string, double> { ["validation loss"] = result.Read<PretrainOutput>(PretrainOutput.Name).ValidationLoss };

    public override int? ThreadsOf(StageResult result) => result.ReadBeside<PretrainSpeed>(PretrainSpeed.Name)?.Threads;

    public override bool HasNumbers(string output) => base.HasNumbers(output) && output != PretrainOutput.Tokenizer;

    /// <remarks>What went on from a checkpoint took the time of the rest alone.</remarks>
    public override bool IsWhole(StageResult result) =>
        result.ReadBeside<PretrainSpeed>(PretrainSpeed.Name) is not { ResumedFromStep: > 0 };

    protected override double ShareLeft(PretrainInputs inputs, Preimage preimage, string workFolder, StageStore store)
    {
        var (begins, model) = (BeginsAt(inputs, preimage, workFolder, store), inputs.Pretrain.Training);
        if (begins == 0)
        {
            return 1;
        }

        // The vocabulary moves a budget of FLOPs by little; a checkpoint tells how far it is of all.
        var corpus = inputs.Input.Corpus;
        var vocabulary = corpus.Tokenized?.Vocabulary ?? corpus.Shards?.Documents.Vocabulary ?? new CorpusSettings().Vocabulary;
        var like = new ModelConfiguration(inputs.Input.Architecture, inputs.Model, vocabulary, model.Length);
        return Math.Clamp(1 - ((double)begins / PretrainSteps.Of(model, like).TotalSteps), 0, 1);
    }

    protected override JobCode CodeOf(PretrainInputs inputs) => CodeFor(inputs);

    /// <summary>The code that trains by these inputs.</summary>
    internal static JobCode CodeFor(PretrainInputs inputs) => CodeDigest.Of(
        KindNames.Pretrain,
        CodeUse.Primitives(inputs.Input.Architecture),
        CodeUse.Engine(inputs.Pretrain.Engine),
        CorpusContent.CodeOf(inputs.Input.Corpus));

    protected override string? HardwareOf(PretrainInputs inputs, StageNeeds needs, StageStore store) =>
        HardwarePolicy.Of(inputs.Pretrain.Engine, needs, Name, store);

    protected override string? Continuation(
        PretrainInputs inputs, Preimage preimage, string workFolder, IReadOnlyList<PreimageDifference> differences, StageStore store)
    {
        var (stopped, trunk) = Beginnings(inputs, preimage, workFolder, store);
        if (Math.Max(stopped, trunk) > 0)
        {
            return stopped >= trunk
                ? string.Create(CultureInfo.InvariantCulture, $"continues from step {stopped:N0}, where it was stopped")
                : string.Create(CultureInfo.InvariantCulture, $"continues from step {trunk:N0} of the trunk");
        }

        return differences.Count > 0 && differences.All(d => TrunkCheckpoints.Budget.Contains(d.Path))
            ? TrunkCheckpoints.WhyNotShared(
                inputs.Pretrain.Training) ?? "starts anew: the store has no checkpoint of the trunk as early as it needs"
            : null;
    }

    protected override IReadOnlyList<JobBeginning> BeginningsOf(PretrainInputs inputs, Preimage preimage, StageStore store) =>
        PretrainComputation.BeginningsOf(inputs, preimage, store);

    protected override IReadOnlyList<JobByproduct> ByproductsOf(
        PretrainInputs inputs, Preimage preimage, JobOutcome outcome, string folder) =>
        PretrainComputation.ByproductsOf(preimage, outcome, folder);

    protected override Task<JobOutcome> ComputeAsync(PretrainInputs inputs, JobTools tools, CancellationToken cancellation) =>
        PretrainComputation.ComputeAsync(inputs, tools, cancellation);

    private static long BeginsAt(PretrainInputs inputs, Preimage preimage, string workFolder, StageStore store)
    {
        var (stopped, trunk) = Beginnings(inputs, preimage, workFolder, store);
        return Math.Max(stopped, trunk);
    }

    /// <summary>The steps of the newest checkpoint of its own, and of the longest trunk that it can take up.</summary>
    private static (long Stopped, long Trunk) Beginnings(PretrainInputs inputs, Preimage preimage, string workFolder, StageStore store) =>
        (JobFiles.MayContinue(workFolder) ? PretrainFiles.NewestStep(workFolder) ?? 0 : 0,
            PretrainComputation.BeginningsOf(inputs, preimage, store).Select(b => b.Step).FirstOrDefault());
}
