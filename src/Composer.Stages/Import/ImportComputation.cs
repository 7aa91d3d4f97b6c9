using Composer.Core.Code;
using Composer.Core.Diagnostics;
using Composer.Exchange.HuggingFace;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Stages.Extrapolate;
using Composer.Stages.Pretrain;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Stages.Import;

/// <summary>Brings a checkpoint into the form that scoring and decoding read.</summary>
internal static class ImportComputation
{
    /// <summary>The place of the checkpoint's folder.</summary>
    public const string Checkpoint = "checkpoint";

    [CodeRoot("import")]
    public static Task<JobOutcome> ComputeAsync(ImportInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var folder = tools.Places[Checkpoint];
        CompareFiles(inputs, folder, tools);
        tools.Report(new StageProgress(0, "reads the checkpoint"));
        using var checkpoint = HuggingFaceCheckpoint.Open(folder);
        var weights = Path.Combine(tools.Folder, PretrainOutput.Weights);
        try
        {
            using var stream = File.Create(weights);
            checkpoint.WriteWeights(stream);
        }
        catch (CheckpointException e)
        {
            return Task.FromResult(JobOutcome.Failed($"the checkpoint is damaged: {e.Message}", failsAlike: true));
        }

        cancellation.ThrowIfCancellationRequested();
        var configuration = checkpoint.Configuration;
        var tokenizer = File.ReadAllBytes(HuggingFaceCheckpoint.TokenizerIn(folder));
        CompareFiles(inputs, folder, tools);
        tools.Files.Confirm();
        return Task.FromResult(JobOutcome.Done()
            .WithFile(PretrainOutput.Weights, weights)
            .With(PretrainOutput.Tokenizer, tokenizer)
            .With(ImportOutput.Name, new ImportOutput
            {
                Model = ArchitectureOutput.Of(configuration.Layers, configuration.Shape),
                Parameters = ParameterLayout.Of(configuration).Sum(parameter => parameter.Count),
                Vocabulary = configuration.Vocabulary,
                MaximumLength = configuration.MaximumLength,
                Type = checkpoint.Type.ToString(),
            }));
    }

    /// <summary>The digests of the files are held by the job; this finds files that came or went.</summary>
    private static void CompareFiles(ImportInputs inputs, string folder, JobTools tools)
    {
        if (!ImportStage.DigestsOf(folder, tools.Files.DigestOf).Equals(inputs.Input.Files))
        {
            throw new UserInputException(new Diagnostic(
                "CMP7009",
                DiagnosticSeverity.Error,
                $"The checkpoint in '{folder}' has other files than were planned. Nothing was kept of what was read.",
                Remedy: "Run again: it will be planned anew, with the files that are there then."));
        }
    }
}
