using Composer.Core.Files;
using Composer.Core.Text;

namespace Composer.Exchange.HuggingFace;

/// <summary>A Llama checkpoint as a model of this program's, in a folder.</summary>
public static class HuggingFaceImport
{
    /// <summary>Writes <c>model.safetensors</c>, each number in the type that it came in, and <c>tokenizer.json</c>.</summary>
    /// <param name="checkpoint">Opened.</param>
    /// <param name="folder">Empty, or not there yet.</param>
    /// <returns>What was written, a sentence a line.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">The folder has files.</exception>
    /// <exception cref="Training.Checkpoints.CheckpointException">The checkpoint is damaged.</exception>
    public static IReadOnlyList<string> Write(HuggingFaceCheckpoint checkpoint, string folder)
    {
        NewFolder.Fill(folder, () =>
        {
            WholeFile.Durable.Write(Path.Combine(folder, TokenizerFolder.FileName), stream =>
                Language.Tokenizers.TokenizerJson.Save(checkpoint.Tokenizer, stream));
            WholeFile.Durable.Write(Path.Combine(folder, ExchangedModel.Weights), checkpoint.WriteWeights);
        });
        var layers = checkpoint.Configuration.Layers;
        return [$"{folder}: {layers.Notation}, {CountText.Of(layers.Count, "layer")}, {checkpoint.Type}: no number is changed."];
    }
}
