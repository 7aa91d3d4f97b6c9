using System.Globalization;
using Composer.Architecture;
using Composer.Core.Code;
using Composer.Language.Evaluation;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages;

/// <summary>Scores one pre-trained model.</summary>
internal sealed class LmEvalStage(string name, ExperimentManifest manifest, Stage pretrain, string folder)
    : Stage(name, StageKind.LmEval, [pretrain])
{
    public override string Description => $"{CountText.Of(manifest.LmEval.Tasks.Count, "task")}, {CountText.Of(manifest.LmEval.Shots, "shot")}";

    public override StageNeeds Needs => new(manifest.Pretrain.Resources.Gpus, manifest.Pretrain.Engine);

    private string Data => Path.GetFullPath(manifest.LmEval.Data, folder);

    public override void CheckInputs()
    {
        foreach (var task in manifest.LmEval.Tasks)
        {
            EvaluationTasks.FilesOf(task, Data, manifest.LmEval.Shots);
        }
    }

    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var section = manifest.LmEval;
        var trained = results[pretrain].Record.Outputs;
        var order = LayerSequence.Parse(results[pretrain].Read<PretrainOutput>(PretrainOutput.Name).Architecture);
        var key = Preimage.Of(Kind)
            .Add("code", CodeDigest.Of(Kind, CodeUse.Engine(manifest.Pretrain.Engine), CodeUse.Primitives(order)))
            .AddHardware(manifest.Pretrain.Engine, manifest.Pretrain.Resources.Gpus, Kind, store)
            .Add("lm-eval.tasks", section.Tasks)
            .Add("lm-eval.shots", section.Shots)
            .Add("lm-eval.limit", section.Limit)
            .Add("lm-eval.lengths", section.Lengths.Select(l => (double)l))
            .Add("input.pretrain.weights", trained[PretrainOutput.Weights].Digest);
        if (trained.TryGetValue(PretrainOutput.Tokenizer, out var tokenizer))
        {
            key.Add("input.pretrain.tokenizer", tokenizer.Digest);
        }

        foreach (var file in section.Tasks.SelectMany(t => EvaluationTasks.FilesOf(t, Data, section.Shots)))
        {
            key.Add($"input.data.{Path.GetFileName(file)}", store.DigestOfFile(file));
        }

        return key.Build();
    }

    public override double? WorkRatio(IReadOnlyList<PreimageField> older, IReadOnlyList<PreimageField> newer) => Ratio("lm-eval.limit", older, newer);

    [CodeRoot("lm-eval")]
    public override async Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var trained = execution.Inputs[pretrain];
        var job = new LmEvalJob
        {
            Id = Name,
            Folder = execution.WorkFolder,
            Threads = 1,
            Engine = manifest.Pretrain.Engine,
            Weights = trained.PathOf(PretrainOutput.Weights),
            Tokenizer = trained.Record.Outputs.ContainsKey(PretrainOutput.Tokenizer) ? trained.PathOf(PretrainOutput.Tokenizer) : null,
            Tasks = manifest.LmEval.Tasks,
            Data = Data,
            Shots = manifest.LmEval.Shots,
            Limit = manifest.LmEval.Limit,
            Lengths = manifest.LmEval.Lengths,
            Seed = manifest.Seed,
        };
        return await JobStage.RunAsync(job, this, execution, cancellation).ConfigureAwait(false);
    }

    public override string Summarize(StageResult result)
    {
        var tasks = result.Read<LmEvalOutput>(LmEvalOutput.Name).Tasks;
        return string.Join(", ", tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Task} {t.Accuracy:0.000} ± {t.AccuracyStandardError:0.000}")));
    }
}
