using System.Globalization;
using Composer.Core.Text;
using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Store;

namespace Composer.Stages.Tokenize;

/// <summary>Turns a corpus of text into tokens, once for every model, resume and experiment that trains on it.</summary>
public sealed class TokenizeStage : JobKind<TokenizeInputs>
{
    public static TokenizeStage Kind { get; } = new();

    public override string Name => KindNames.Tokenize;

    public override bool RunsOnAgent => true;

    public override bool RunsLong => true;

    /// <summary>In a few words.</summary>
    public static string Describe(CorpusSettings settings) => $"{settings.Corpus}, {settings.Tokenizer switch
    {
        CorpusSettings.Bytes => "bytes",
        CorpusSettings.Bpe => string.Create(CultureInfo.InvariantCulture, $"bpe of {settings.Vocabulary:N0}"),
        var path => Path.GetFileName(path),
    }}";

    public override string Summarize(StageResult result)
    {
        var output = result.Read<TokenizeOutput>(TokenizeOutput.Name);
        var (training, validation) = (output.Training, output.Validation);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{training.Documents:N0} documents, {training.Tokens:N0} tokens of {training.BytesPerToken:0.00} bytes, "
            + $"{validation.Documents:N0} held out{SkippedText(output)}");
    }

    private static string SkippedText(TokenizeOutput output) =>
        output.Skipped is { } skipped ? $", {CountText.Of(skipped, "bad line")} left out" : "";

    public override int? ThreadsOf(StageResult result) => result.ReadBeside<TokenizeSpeed>(TokenizeSpeed.Name)?.Threads;

    public override bool HasNumbers(string output) => base.HasNumbers(output) && output != TokenizeOutput.TokenizerFile;

    protected override JobCode CodeOf(TokenizeInputs inputs) => CodeDigest.Of(KindNames.Tokenize, CorpusContent.CodeOf(null));

    /// <remarks>Whole numbers are the same everywhere; classes of characters are the runtime's.</remarks>
    protected override string? HardwareOf(TokenizeInputs inputs, StageNeeds needs, StageStore store) => HardwarePolicy.Runtime;

    protected override Task<JobOutcome> ComputeAsync(TokenizeInputs inputs, JobTools tools, CancellationToken cancellation) =>
        TokenizeComputation.ComputeAsync(inputs, tools, cancellation);
}
