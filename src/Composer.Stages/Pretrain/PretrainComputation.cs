using System.Globalization;
using Composer.Architecture.Costs;
using Composer.Core.Code;
using Composer.Core.Json;
using Composer.Language.Pretraining;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Progress;
using Composer.Stages.Tokenize;
using Composer.Store;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Stages.Pretrain;

/// <summary>Trains the model, from the trunk of another run where there is one, and leaves its own.</summary>
internal static class PretrainComputation
{
    /// <summary>The place that says how often it writes checkpoints.</summary>
    public const string CheckpointSeconds = "checkpoint-seconds";

    [CodeRoot("pretrain")]
    public static IReadOnlyList<JobBeginning> BeginningsOf(PretrainInputs inputs, Preimage preimage, StageStore store)
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
    [CodeRoot("pretrain")]
    public static IReadOnlyList<JobByproduct> ByproductsOf(Preimage preimage, JobOutcome outcome, string folder)
    {
        var output = ComposerJson.Read<PretrainOutput>(outcome.Outputs[PretrainOutput.Name].ReadAll());
        return output.Trunk is { } end && Path.Combine(folder, PretrainFiles.TrunkAt(end.Step)) is var path && File.Exists(path)
            ? [TrunkCheckpoints.Byproduct(preimage, end, output.Vocabulary, path)]
            : [];
    }

    [CodeRoot("pretrain")]
    public static Task<JobOutcome> ComputeAsync(PretrainInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var (section, layers) = (inputs.Pretrain, inputs.Input.Architecture);
        var settings =
            section.Training with { CheckpointSeconds = double.Parse(tools.Places[CheckpointSeconds], CultureInfo.InvariantCulture) };
        var engine = EngineRegistry.Get(section.Engine);
        tools.Report(new StageProgress(0, "opens the corpus"));
        using var corpus = CorpusPlaces.Open(inputs.Input.Corpus, tools);
        var model = new ModelConfiguration(layers, inputs.Model, corpus.Vocabulary, settings.Length)
        {
            Parametrization = settings.HowItLearns,
        };
        var run = new PretrainRun(engine, model, corpus, settings, inputs.Seed.Derive("pretrain"), tools.Threads, tools.Folder)
        {
            LeavesCheckpoint = tools.LeavesCheckpoint,
            Trunks = [.. tools.Beginnings.Select(b => new TrunkCheckpoint(b.Step, b.Path, b.Digest))],
            Ranks = tools.Ranks,
            Build = PretrainStage.CodeFor(inputs).Whole.ToString(),
        };
        if (tools.Ranks.Rank > 0)
        {
            Pretrainer.Follow(run);
            return Task.FromResult(JobOutcome.Done());
        }

        var (result, timings) = Pretrainer.Run(run, new PretrainProgressReport(tools.Report), cancellation);
        if (result.Outcome != PretrainOutcome.Completed)
        {
            return Task.FromResult(JobOutcome.Failed($"{Divergence(result)}. Lower the learning rate or set a clip.", failsAlike: true));
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
                Ranks = tools.Ranks.Count,
                ResumedFromStep = timings.ResumedFromStep,
            });
        return Task.FromResult(TokenizerOf(inputs.Input.Corpus, tools) is { } tokenizer
            ? outcome.With(PretrainOutput.Tokenizer, tokenizer)
            : outcome);
    }

    private static string Divergence(PretrainResult result) => result.Outcome == PretrainOutcome.ValidationNotFinite
        ? string.Create(CultureInfo.InvariantCulture, $"the validation loss was not finite after step {result.Steps}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"loss or gradient were not finite at step {result.Steps + 1}; nothing was updated with them");

    /// <summary>A model is of use with its tokenizer alone, so it stands among the outputs, whoever made it.</summary>
    private static byte[]? TokenizerOf(CorpusContent corpus, JobTools tools)
    {
        var written = Path.Combine(tools.Folder, PretrainFiles.Tokenizer);
        return corpus.Tokenized?.Tokenizer is { } tokenizer ? File.ReadAllBytes(tools.PlaceOf(tokenizer))
            : File.Exists(written) ? File.ReadAllBytes(written)
            : null;
    }

    private static PretrainOutput Output(
        PretrainInputs inputs, ModelConfiguration model, PretrainResult result, long validationTokens) => new()
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
        var plan = PretrainSteps.Of(
            settings, new ModelConfiguration(inputs.Input.Architecture, inputs.Model, facts.Vocabulary, settings.Length));
        return plan.IsTrunkShared ? plan.TrunkEnd!.Value : 0;
    }
}
