using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Core.Code;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Stages;
using Composer.Training.Models;

namespace Composer.Pipeline.Jobs;

/// <summary>Prepares the corpus and pre-trains, from the newest checkpoint in the job's folder.</summary>
internal static class PretrainExecution
{
    [CodeRoot("pretrain")]
    public static JobResult Run(PretrainJob job, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var engine = EngineRegistry.Get(job.Engine);
        tell(new JobEvent(new StageProgress(0, "prepares the corpus")));
        using var corpus = CorpusPreparation.Prepare(job.Corpus, new Seed(job.Seed), job.CorpusFolder, cancellation);
        var model = new ModelConfiguration(LayerSequence.FromSymbols(job.Layers), job.Shape, corpus.Vocabulary, job.Settings.Length);
        var run = new PretrainRun(engine, model, corpus, job.Settings, new Seed(job.Seed).Derive("pretrain"), job.Threads, job.Folder)
        {
            Trunks = [.. job.Trunks.Select(t => new TrunkCheckpoint(t.Step, t.Path, Digest.Parse(t.Digest)))],
        };
        var (result, timings) = Pretrainer.Run(run, new PretrainProgressReport(tell), cancellation);
        if (result.Outcome != PretrainOutcome.Completed)
        {
            return new JobResult
            {
                FailsAlike = true,
                Failure = string.Create(
                    CultureInfo.InvariantCulture,
                    $"loss or gradient were not finite at step {result.Steps + 1}; nothing was updated with them. Lower the learning rate or set a clip."),
            };
        }

        var outputs = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [PretrainOutput.Weights] = PretrainFiles.Weights,
            [PretrainOutput.Name] = PretrainOutput.Name,
        };
        if (File.Exists(Path.Combine(job.Folder, PretrainFiles.Tokenizer)))
        {
            outputs[PretrainOutput.Tokenizer] = PretrainFiles.Tokenizer;
        }

        File.WriteAllBytes(Path.Combine(job.Folder, PretrainOutput.Name), PipelineJson.Write(Output(job, model, result, corpus)));
        const string timingsFile = "composer-timings.json";
        File.WriteAllBytes(Path.Combine(job.Folder, timingsFile), PipelineJson.Write(new Stages.PretrainTimings
        {
            Seconds = timings.Seconds,
            TokensPerSecond = timings.TokensPerSecond,
            FlopsPerSecond = timings.FlopsPerSecond,
            Threads = job.Threads,
            ResumedFromStep = timings.ResumedFromStep,
        }));
        return new JobResult { Outputs = outputs, Beside = { [Stages.PretrainTimings.Name] = timingsFile } };
    }

    private static PretrainOutput Output(PretrainJob job, ModelConfiguration model, PretrainResult result, PreparedCorpus corpus) => new()
    {
        Architecture = job.Layers,
        Parameters = ArchitectureCosts.Of(model.Layers, model.Shape, model.Vocabulary).TotalParameters,
        Vocabulary = model.Vocabulary,
        Steps = result.Steps,
        Tokens = result.Tokens,
        Flops = TokenBudget.FlopsFor(result.Tokens, result.FlopsPerToken),
        FlopsPerToken = result.FlopsPerToken,
        FlopCount = job.Settings.FlopCount == FlopCount.Printed ? "printed" : "corrected",
        ValidationLoss = result.FinalValidationLoss,
        ValidationTokens = corpus.Validation.Count,
        Trunk = result.TrunkEnd is { } end ? new TrunkOutput(end, result.ValidationEvery) : null,
        Curve = [.. result.Curve.Select(p => new LossPoint(p.Step, p.Tokens, p.Loss))],
        Validation = [.. result.Validation.Select(p => new LossPoint(p.Step, p.Tokens, p.Loss))],
    };
}
