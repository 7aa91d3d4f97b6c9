using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Training.Ranks;

namespace Composer.Manifests.Model;

/// <summary>What an agent must have to run a stage.</summary>
public sealed record ResourcesSection
{
    [Description("GPUs; 0: the processor. Several share a training, a process each, which takes pretrain.gradient_shards to be as many at "
        + "least; all else computes on one.")]
    [SettingRange(0, 8)]
    public int Gpus { get; init; }

    [Description("Processes that share a training on the processor, a power of two, no more than pretrain.gradient_shards. The result is "
        + "the same.")]
    [SettingRange(1, GradientSplit.MostShards)]
    public int Processes { get; init; } = 1;

    /// <summary>Processes that share a training: one a GPU, or those on the processor.</summary>
    [JsonIgnore]
    public int Ranks => Math.Max(Processes, Math.Max(1, Gpus));

    /// <summary>What is wrong; empty when nothing is. Keys are those of <c>pretrain</c>.</summary>
    /// <param name="shards">Of the training.</param>
    public IEnumerable<SettingMistake> Validate(int shards)
    {
        var (key, what) = Gpus > 1 ? ("resources.gpus", "GPUs") : ("resources.processes", "processes");
        if (Processes > 1 && Gpus > 0)
        {
            yield return new SettingMistake(
                DiagnosticCodes.TwoKindsOfRanks,
                Text($"resources has both processes ({Processes}) and gpus ({Gpus}); there is a process for each GPU."),
                "Leave out 'processes' to train on GPUs, or 'gpus' to train on the processor.",
                "resources.processes",
                "resources.gpus");
        }
        else if (!int.IsPow2(Ranks))
        {
            yield return new SettingMistake(
                DiagnosticCodes.InvalidRanks,
                Text($"{key} ({Ranks}) is no power of two: the gradients of {what} are added in pairs."),
                Text($"Give {1 << int.Log2(Ranks)} or {2 << int.Log2(Ranks)}."),
                key);
        }
        else if (int.IsPow2(shards) && Ranks > shards)
        {
            yield return new SettingMistake(
                DiagnosticCodes.TooManyRanks,
                Text($"{key} ({Ranks}) is more than gradient_shards ({shards}): some {what} would have no part of a batch."),
                Text($"Set pretrain.gradient_shards = {Ranks}, or ")
                + Text($"{(shards == 1 ? $"leave out '{key}'" : $"give at most {shards} {what}")}."),
                key,
                "gradient_shards");
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
