using System.Globalization;
using Composer.Architecture;
using Composer.Core;
using Composer.Core.Code;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Store;
using Composer.Store.Records;
using Composer.Training.Models;

namespace Composer.Pipeline.Stages;

/// <summary>Pre-trains one large order on the corpus, to the budget that all models of the experiment have.</summary>
internal sealed class PretrainStage : Stage
{
    private readonly ExperimentManifest manifest;
    private readonly Stage? extrapolate;
    private readonly LayerSequence? layers;
    private readonly Workspace workspace;

    /// <param name="name">The stage's name.</param>
    /// <param name="manifest">Section <c>pretrain</c> and the target's widths are read.</param>
    /// <param name="extrapolate">Where the order comes from; null for a baseline.</param>
    /// <param name="layers">A baseline's order.</param>
    /// <param name="workspace">Its root is where the corpus's relative paths start.</param>
    public PretrainStage(string name, ExperimentManifest manifest, Stage? extrapolate, LayerSequence? layers, Workspace workspace)
        : base(name, StageKind.Pretrain, extrapolate is null ? [] : [extrapolate])
    {
        (this.manifest, this.extrapolate, this.layers, this.workspace) = (manifest, extrapolate, layers, workspace);
    }

    public override string Description
    {
        get
        {
            var section = manifest.Pretrain;
            var budget = section.Flops is { } flops
                ? string.Create(CultureInfo.InvariantCulture, $"{flops:0.###e+0} FLOPs ({section.FlopCount})")
                : string.Create(CultureInfo.InvariantCulture, $"{section.Tokens:N0} tokens");
            return $"{section.Corpus}, {budget}";
        }
    }

    private string Root => workspace.Root;

    public override StageNeeds Needs => new(manifest.Pretrain.Resources.Gpus, manifest.Pretrain.Engine)
    {
        Memory = PretrainMemory.Least(manifest, layers),
    };

    public override void CheckInputs()
    {
        var corpus = PretrainRequest.Corpus(manifest.Pretrain);
        if (!corpus.IsStories)
        {
            CorpusFiles.Resolve(corpus.Corpus, Root);
        }

        if (corpus.Tokenizer is not ("bytes" or "bpe"))
        {
            CorpusFiles.Resolve(corpus.Tokenizer, Root);
        }
    }

    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var section = manifest.Pretrain;
        var corpus = PretrainRequest.Corpus(section);
        var order = Order(results);
        var key = Preimage.Of(Kind)
            .Add("seed", new Seed(manifest.Seed))
            .Add("code", CodeDigest.Of(Kind, CodeUse.Engine(section.Engine), CodeUse.Primitives(order)))
            .AddHardware(section.Engine, section.Resources.Gpus, Kind, store)
            .Add("architecture", order.ToString())
            .AddShape("model", TargetModel.Of(manifest.Extrapolate).Shape)
            .Add("input.corpus", CorpusPreparation.SourceDigest(corpus, Root, store.DigestOfFile));

        // The corpus's and the tokenizer's content is in the key by its digest; where they lie is not. Nor is
        // what the schedule does not read.
        return key.AddSection(
            "pretrain",
            section,
            "pretrain.corpus",
            "pretrain.tokenizer",
            section.WarmupSteps is null ? "" : "pretrain.warmup",
            section.Schedule == "cosine" ? "pretrain.decay" : "").Build();
    }

    public override string? Continuation(Preimage preimage, IReadOnlyList<PreimageDifference> differences, StageStore store)
    {
        var stopped = PretrainFiles.NewestStep(workspace.WorkOf(preimage.Key)) ?? 0;
        var trunk = TrunksOf(preimage, store).Where(t => t.Facts.Step <= EndOfTrunk(preimage, t.Facts)).Select(t => t.Facts.Step).FirstOrDefault();
        if (Math.Max(stopped, trunk) > 0)
        {
            return stopped >= trunk
                ? string.Create(CultureInfo.InvariantCulture, $"continues from step {stopped:N0}, where it was stopped")
                : string.Create(CultureInfo.InvariantCulture, $"continues from step {trunk:N0} of the trunk");
        }

        return differences.Count > 0 && differences.All(d => TrunkCheckpoints.Budget.Contains(d.Path))
            ? TrunkCheckpoints.WhyNotShared(preimage.Fields) ?? "starts anew: the store has no checkpoint of the trunk as early as it needs"
            : null;
    }

    /// <remarks>By the budget; tokens of another model cost more or less than that, in a way that its own runs tell.</remarks>
    public override double? WorkRatio(IReadOnlyList<PreimageField> older, IReadOnlyList<PreimageField> newer) =>
        Ratio("pretrain.flops", older, newer) ?? Ratio("pretrain.tokens", older, newer);

    [CodeRoot("pretrain")]
    public override async Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var section = manifest.Pretrain;
        var trunks = TrunksOf(execution.Preimage, execution.Store);
        execution.Reach(trunks.Select(t => t.Record.Key));
        var job = new PretrainJob
        {
            Id = Name,
            Folder = execution.WorkFolder,
            Threads = execution.Threads,
            Engine = section.Engine,
            Layers = Order(execution.Inputs).ToString(),
            Shape = TargetModel.Of(manifest.Extrapolate).Shape,
            Corpus = PretrainRequest.Corpus(section),
            CorpusFolder = Root,
            Settings = PretrainRequest.Settings(section),
            Trunks = [.. trunks.Select(t => File(t.Record, t.Facts))],
            Seed = manifest.Seed,
        };
        var outcome = await JobStage.RunAsync(job, this, execution, cancellation).ConfigureAwait(false);
        AddTrunk(outcome, execution.Preimage, execution.WorkFolder);
        return outcome;

        TrunkCheckpointFile File(StageRecord record, TrunkFacts facts)
        {
            var blob = record.Outputs[TrunkCheckpoints.Checkpoint].Digest;
            return new TrunkCheckpointFile(facts.Step, execution.Store.PathOf(blob), blob.ToString());
        }
    }

    public override IEnumerable<Digest> KeysBehind(StageResult result) =>
        result.Read<PretrainOutput>(PretrainOutput.Name).Trunk is { } end ? [TrunkCheckpoints.At(result.Record.Preimage, end).Key] : [];

    public override string Summarize(StageResult result)
    {
        var output = result.Read<PretrainOutput>(PretrainOutput.Name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{LayerSequence.Parse(output.Architecture).Notation}, {ParameterText.Of(output.Parameters)} parameters, {output.Tokens:N0} tokens, validation loss {output.ValidationLoss:0.0000}");
    }

    private static IReadOnlyList<(StageRecord Record, TrunkFacts Facts)> TrunksOf(Preimage preimage, StageStore store) =>
        TrunkCheckpoints.TrunkOf(preimage.Fields) is { } trunk ? TrunkCheckpoints.Find(store, trunk) : [];

    /// <summary>Publishes the checkpoint at the trunk's end with the result; a run that began there has none of its own.</summary>
    private static void AddTrunk(StageOutcome outcome, Preimage preimage, string folder)
    {
        if (!outcome.Outputs.TryGetValue(PretrainOutput.Name, out var content))
        {
            return;
        }

        using var stream = content.OpenRead();
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        var output = PipelineJson.Read<PretrainOutput>(buffer.ToArray());
        if (output.Trunk is { } end && Path.Combine(folder, PretrainFiles.TrunkAt(end.Step)) is var path && File.Exists(path))
        {
            var checkpoint = StageOutcome.Done().WithFile(TrunkCheckpoints.Checkpoint, path).With(TrunkFacts.Name, new TrunkFacts(end.Step, output.Vocabulary));
            outcome.Along.Add(new StageByproduct(
                TrunkCheckpoints.At(preimage.Fields, end),
                TrunkCheckpoints.Kind,
                TrunkCheckpoints.LabelOf(TrunkCheckpoints.TrunkOf(preimage.Fields)!.Value),
                checkpoint));
        }
    }

    /// <summary>Where the rate of a run begins to fall; the model is that of the trunk, so its vocabulary is too.</summary>
    private long EndOfTrunk(Preimage preimage, TrunkFacts facts)
    {
        var order = LayerSequence.Parse(preimage.Fields.Single(f => f.Path == "architecture").Value);
        var settings = PretrainRequest.Settings(manifest.Pretrain);
        var model = new ModelConfiguration(order, TargetModel.Of(manifest.Extrapolate).Shape, facts.Vocabulary, settings.Length);
        var plan = PretrainPlan.Of(settings, model);
        return plan.IsTrunkShared ? plan.TrunkEnd!.Value : 0;
    }

    private LayerSequence Order(IStageResults results) =>
        layers ?? LayerSequence.Parse(results[extrapolate!].Read<ArchitectureOutput>(ArchitectureOutput.Name).Architecture);
}
