using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>Pre-trains one large order on the corpus, to the budget that all models of the experiment have.</summary>
internal sealed class PretrainStage : Stage
{
    private readonly ExperimentManifest manifest;
    private readonly Stage? extrapolate;
    private readonly LayerSequence? layers;
    private readonly string folder;

    /// <param name="name">The stage's name.</param>
    /// <param name="manifest">Section <c>pretrain</c> and the target's widths are read.</param>
    /// <param name="extrapolate">Where the order comes from; null for a baseline.</param>
    /// <param name="layers">A baseline's order.</param>
    /// <param name="folder">Where the corpus's relative paths start.</param>
    public PretrainStage(string name, ExperimentManifest manifest, Stage? extrapolate, LayerSequence? layers, string folder)
        : base(name, StageKind.Pretrain, extrapolate is null ? [] : [extrapolate])
    {
        (this.manifest, this.extrapolate, this.layers, this.folder) = (manifest, extrapolate, layers, folder);
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

    public override StageNeeds Needs => new(manifest.Pretrain.Resources.Gpus, manifest.Pretrain.Engine);

    public override void CheckInputs()
    {
        var corpus = CorpusOf(manifest.Pretrain);
        if (!corpus.IsStories)
        {
            CorpusFiles.Resolve(corpus.Corpus, folder);
        }

        if (corpus.Tokenizer is not ("bytes" or "bpe"))
        {
            CorpusFiles.Resolve(corpus.Tokenizer, folder);
        }
    }

    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var section = manifest.Pretrain;
        var corpus = CorpusOf(section);
        var key = Preimage.Of(Kind)
            .Add("seed", new Seed(manifest.Seed))
            .Add("code", StageCode.Pretrain)
            .Add("hardware", section.Engine == "cpu" ? HardwarePolicy.Cpu : $"engine: {section.Engine}")
            .Add("architecture", Order(results).ToString())
            .AddShape("model", TargetModel.Of(manifest.Extrapolate).Shape)
            .Add("input.corpus", CorpusPreparation.SourceDigest(corpus, folder));

        // The corpus's and the tokenizer's content is in the key by its digest; where they lie is not.
        var external = new[] { "pretrain.corpus", "pretrain.tokenizer" };
        return key.AddSection("pretrain", section, external).Build();
    }

    public override async Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var section = manifest.Pretrain;
        var job = new PretrainJob
        {
            Id = Name,
            Folder = execution.WorkFolder,
            Threads = execution.Threads,
            Engine = section.Engine,
            Layers = Order(execution.Inputs).ToString(),
            Shape = TargetModel.Of(manifest.Extrapolate).Shape,
            Corpus = CorpusOf(section),
            CorpusFolder = folder,
            Settings = SettingsOf(section),
            Seed = manifest.Seed,
        };
        return await JobStage.RunAsync(job, this, execution, cancellation).ConfigureAwait(false);
    }

    public override string Summarize(StageResult result)
    {
        var output = result.Read<PretrainOutput>(PretrainOutput.Name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{LayerSequence.Parse(output.Architecture).Notation}, {ParameterText.Of(output.Parameters)} parameters, {output.Tokens:N0} tokens, validation loss {output.ValidationLoss:0.0000}");
    }

    internal static CorpusSettings CorpusOf(PretrainSection section) => new()
    {
        Corpus = section.Corpus,
        Documents = section.Documents,
        ValidationDocuments = section.ValidationDocuments,
        Tokenizer = section.Tokenizer,
        Vocabulary = section.Vocabulary,
    };

    private static PretrainSettings SettingsOf(PretrainSection section) => new()
    {
        Tokens = section.Tokens,
        Flops = section.Flops,
        FlopCount = section.FlopCount == "printed" ? FlopCount.Printed : FlopCount.Corrected,
        Length = section.Length,
        BatchTokens = section.BatchTokens,
        LearningRate = section.LearningRate,
        WeightDecay = section.WeightDecay,
        Beta1 = section.Betas[0],
        Beta2 = section.Betas[1],
        Clip = section.Clip,
        Schedule = section.Schedule == "cosine" ? PretrainSchedule.Cosine : PretrainSchedule.Trapezoidal,
        Warmup = section.Warmup,
        Decay = section.Decay,
        Validations = section.Validations,
        CheckpointInterval = TimeSpan.FromSeconds(section.CheckpointSeconds),
    };

    private LayerSequence Order(IStageResults results) =>
        layers ?? LayerSequence.Parse(results[extrapolate!].Read<ArchitectureOutput>(ArchitectureOutput.Name).Architecture);
}
