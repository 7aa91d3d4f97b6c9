using System.Globalization;
using Composer.Core;
using Composer.Core.Facts;
using Composer.Core.Settings;
using Composer.Core.Text;
using Composer.Exchange.HuggingFace;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Store;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Models;

namespace Composer.Stages.Import;

/// <summary>Brings in a checkpoint that others trained, as a baseline.</summary>
public sealed class ImportStage : JobKind<ImportInputs>
{
    public static ImportStage Kind { get; } = new();

    public override string Name => KindNames.Import;

    public override bool RunsOnAgent => true;

    /// <summary>Where a job finds the checkpoint.</summary>
    /// <param name="checkpoint">As the manifest names it.</param>
    /// <param name="folder">Where a relative path starts.</param>
    public static IReadOnlyDictionary<string, string> PlacesOf(string checkpoint, string folder) =>
        new Dictionary<string, string> { [ImportComputation.Checkpoint] = Path.GetFullPath(checkpoint, folder) };

    /// <summary>The digests of a checkpoint's files, by name.</summary>
    /// <param name="checkpoint">Its folder.</param>
    /// <param name="digestOfFile">Hashes a file, or knows its digest.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing.</exception>
    public static ValueMap<Digest> DigestsOf(string checkpoint, Func<string, Digest> digestOfFile) =>
        new(HuggingFaceCheckpoint.FilesIn(checkpoint).Select(file => KeyValuePair.Create(Path.GetFileName(file), digestOfFile(file))));

    /// <summary>Looks through a checkpoint; what takes long is remembered.</summary>
    /// <param name="checkpoint">Its folder.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <returns>The model that it is.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">Something is missing, damaged, or not read.</exception>
    public static ModelConfiguration Check(string checkpoint, FactOfFile facts)
    {
        using var opened = HuggingFaceCheckpoint.Open(checkpoint, facts);
        return opened.Configuration;
    }

    public override string Summarize(StageResult result)
    {
        var output = result.Read<ImportOutput>(ImportOutput.Name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{output.Model.Notation}, {ParameterText.Of(output.Parameters)} parameters in {output.Type}, vocabulary of "
            + $"{output.Vocabulary:N0}");
    }

    public override bool HasNumbers(string output) => output == ImportOutput.Name;

    protected override JobCode CodeOf(ImportInputs inputs) =>
        CodeDigest.Of(KindNames.Import, CodeUse.Primitives(LlamaHalf.First.Symbol, LlamaHalf.Second.Symbol));

    /// <remarks>Whole numbers are the same everywhere; that a tokenizer can be read at all is the runtime's.</remarks>
    protected override string? HardwareOf(ImportInputs inputs, StageNeeds needs, StageStore store) => HardwarePolicy.Runtime;

    protected override Task<JobOutcome> ComputeAsync(ImportInputs inputs, JobTools tools, CancellationToken cancellation) =>
        ImportComputation.ComputeAsync(inputs, tools, cancellation);
}
