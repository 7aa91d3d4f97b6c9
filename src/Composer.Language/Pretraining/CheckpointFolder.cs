using System.Globalization;
using System.Text.Json;
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
        foreach (var leftover in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            File.Delete(leftover);
        }
    }

    public void Save(ITrainableModel model, PretrainState state, bool trunk)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{(trunk ? "trunk" : "step")}-{state.Step:d12}{Suffix}");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [StateKey] = JsonSerializer.Serialize(state) };
        AtomicFile.Write(Path.Combine(folder, name), stream => ModelCheckpoint.Save(model, CheckpointContent.Full, stream, metadata));
        foreach (var old in Find("step").Skip(Kept))
        {
            File.Delete(old);
        }
    }

    /// <summary>Restores the newest checkpoint of this run that is whole; null when there is none.</summary>
    public PretrainState? RestoreNewest(ITrainableModel model)
    {
        foreach (var path in Find("step").Concat(Find("trunk")).OrderByDescending(StepOf, StringComparer.Ordinal))
        {
            try
            {
                using var stream = File.OpenRead(path);
                var checkpoint = ModelCheckpoint.Open(stream);
                if (checkpoint.Content == CheckpointContent.Full
                    && checkpoint.Metadata.TryGetValue(StateKey, out var json)
                    && JsonSerializer.Deserialize<PretrainState>(json) is { } state
                    && state.Fingerprint == fingerprint)
                {
                    checkpoint.Restore(model);
                    return state;
                }
            }
            catch (Exception exception) when (exception is CheckpointException or JsonException or IOException)
            {
                // Damaged: an older one will do.
            }
        }

        return null;
    }

    private static string StepOf(string path) => Path.GetFileName(path).Split('-')[^1];

    private IEnumerable<string> Find(string kind) =>
        Directory.GetFiles(folder, $"{kind}-*{Suffix}").OrderByDescending(StepOf, StringComparer.Ordinal);
}
