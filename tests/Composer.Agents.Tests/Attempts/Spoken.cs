using System.Text.Json;
using Composer.Core;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Store;

namespace Composer.Agents.Tests.Attempts;

internal sealed record SpokenInputs(string Word);

/// <summary>A computation whose output is its input; of <c>wait</c> it waits for the end, of <c>fail</c> it fails.</summary>
internal sealed class Spoken : JobKind<SpokenInputs>
{
    public static Spoken Kind { get; } = new();

    public static JobKinds Kinds { get; } = new([Kind]);

    public override string Name => "spoken";

    /// <summary>A job of such units in a folder.</summary>
    public static Job JobAt(string folder, params string[] words) => new()
    {
        Id = "job",
        Kind = Kind.Name,
        Folder = folder,
        Threads = 1,
        Units = [.. words.Select(w => new JobUnit(KeyOf(w), JsonSerializer.SerializeToElement(new SpokenInputs(w), ComposerJson.Inputs)))],
    };

    public static Digest KeyOf(string word) => Digest.Of(word);

    protected override JobCode CodeOf(SpokenInputs inputs) => new(Digest.Of("code"));

    protected override string? HardwareOf(SpokenInputs inputs, StageNeeds needs, StageStore store) => "this one";

    protected override Task<JobOutcome> ComputeAsync(SpokenInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        if (inputs.Word == "wait")
        {
            cancellation.WaitHandle.WaitOne();
            throw new OperationCanceledException(cancellation);
        }

        return Task.FromResult(inputs.Word == "fail" ? JobOutcome.Failed("cannot say it", failsAlike: true) : JobOutcome.Done().With("out", inputs.Word));
    }
}
