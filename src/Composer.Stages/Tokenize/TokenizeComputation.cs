using Composer.Core.Code;
using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;

namespace Composer.Stages.Tokenize;

/// <summary>Writes the corpus as token shards.</summary>
internal static class TokenizeComputation
{
    [CodeRoot("tokenize")]
    public static Task<JobOutcome> ComputeAsync(TokenizeInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        tools.Report(new StageProgress(0, "reads the corpus"));
        var progress = new TokenizeProgressReport(tools.Report);
        var (settings, folder) = CorpusPlaces.SettingsOf(inputs.Corpus, tools.Places);
        CorpusPlaces.CompareSource(settings, folder, inputs.Input.Source, tools);
        var files = CorpusTokenization.Run(settings, inputs.Seed, folder, tools.Folder, tools.Threads, progress, cancellation);
        CorpusPlaces.CompareSource(settings, folder, inputs.Input.Source, tools);
        tools.Files.Confirm();
        var outcome = JobOutcome.Done()
            .With(TokenizeOutput.Name, new TokenizeOutput
            {
                Tokenizer = files.Tokenizer,
                Vocabulary = files.Vocabulary,
                Content = files.Content,
                Skipped = files.Skipped,
                Training = TokenizedPartOutput.Of(files.Training),
                Validation = TokenizedPartOutput.Of(files.Validation),
            })
            .WithBeside(TokenizeSpeed.Name, new TokenizeSpeed
            {
                Seconds = progress.Seconds,
                BytesPerSecond = (files.Training.Bytes + files.Validation.Bytes) / Math.Max(progress.Seconds, 1e-9),
                Threads = tools.Threads,
            });
        foreach (var shard in files.Training.Shards.Concat(files.Validation.Shards))
        {
            var sidecar = TokenShards.SidecarOf(shard);
            outcome.WithFile(Path.GetFileName(shard), shard).WithFile(Path.GetFileName(sidecar), sidecar);
        }

        return Task.FromResult(files.TokenizerPath is { } tokenizer ? outcome.WithFile(TokenizeOutput.TokenizerFile, tokenizer) : outcome);
    }
}
