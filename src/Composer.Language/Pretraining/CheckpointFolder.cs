using System.Globalization;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Files;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Language.Pretraining;

/// <summary>
/// A run's checkpoints: <c>step-000000000123.safetensors</c>, the newest two, and the trunk's last one as
/// <c>trunk-…</c>. A file appears whole or not at all.
/// </summary>
internal sealed class CheckpointFolder
{
    private const string StateKey = "pretrain";
    private const string Suffix = ".safetensors";
    private const int Kept = 2;

    private readonly string folder;
    private readonly string fingerprint;

    public CheckpointFolder(string folder, string fingerprint)
    {
        (this.folder, this.fingerprint) = (folder, fingerprint);
        Directory.CreateDirectory(folder);
        foreach (var leftover in Directory.EnumerateFiles(folder, "*" + WholeFile.Writing))
        {
            File.Delete(leftover);
        }
    }

    public static string NameOf(string kind, long step) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{step:d12}{Suffix}");

    /// <summary>By the names alone; null when there is none.</summary>
    public static long? NewestStep(string folder) =>
        Directory.Exists(folder) && Find(folder, "*").FirstOrDefault() is { } newest ? StepOf(newest) : null;

    public void Save(ITrainableModel model, PretrainState state)
    {
        Write(model, state, "step");
        foreach (var old in Find(folder, "step").Skip(Kept))
        {
            File.Delete(old);
        }
    }

    /// <summary>Writes the checkpoint that runs of other lengths may go on from: nothing in it tells of this one's.</summary>
    public void SaveTrunk(ITrainableModel model, PretrainState state, string trunkFingerprint)
    {
        state.Fingerprint = trunkFingerprint;
        Write(model, state, "trunk");
        state.Fingerprint = fingerprint;
    }

    /// <summary>Restores the latest checkpoint of this run that is whole; null when there is none.</summary>
    /// <param name="model">Receives it.</param>
    /// <param name="trunks">Checkpoints of other runs.</param>
    /// <param name="adopt">Whether a state that another run may have left is one of this run.</param>
    public PretrainState? RestoreNewest(ITrainableModel model, IReadOnlyList<TrunkCheckpoint> trunks, Func<PretrainState, bool> adopt)
    {
        var own = Find(folder, "*").Select(path => (Step: StepOf(path), Path: path, Digest: (Digest?)null));
        var others = trunks.Select(t => (t.Step, t.Path, Digest: (Digest?)t.Digest));
        foreach (var (_, path, digest) in own.Concat(others).OrderByDescending(c => c.Step))
        {
            try
            {
                using var stream = File.OpenRead(path);
                if (digest is { } expected && Digest.Of(stream) != expected)
                {
                    continue;
                }

                stream.Position = 0;
                if (Restore(model, ModelCheckpoint.Open(stream), adopt) is { } state)
                {
                    return state;
                }
            }
            catch (Exception exception) when (exception is CheckpointException or JsonException or FileNotFoundException)
            {
                // Damaged, or gone: an older one will do.
            }
        }

        return null;
    }

    private PretrainState? Restore(ITrainableModel model, ModelCheckpoint checkpoint, Func<PretrainState, bool> adopt)
    {
        if (checkpoint.Content != CheckpointContent.Full
            || !checkpoint.Metadata.TryGetValue(StateKey, out var json)
            || JsonSerializer.Deserialize<PretrainState>(json) is not { } state
            || (state.Fingerprint != fingerprint && !adopt(state)))
        {
            return null;
        }

        checkpoint.Restore(model);
        state.Fingerprint = fingerprint;
        return state;
    }

    private void Write(ITrainableModel model, PretrainState state, string kind)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [StateKey] = JsonSerializer.Serialize(state) };
        PretrainFiles.Writer.Write(
            Path.Combine(folder, NameOf(kind, state.Step)),
            stream => ModelCheckpoint.Save(model, CheckpointContent.Full, stream, metadata));
    }

    private static long StepOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path).Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : -1;

    private static IEnumerable<string> Find(string folder, string kind) =>
        Directory.GetFiles(folder, $"{kind}-*{Suffix}").OrderByDescending(StepOf).ThenBy(p => p, StringComparer.Ordinal);
}
