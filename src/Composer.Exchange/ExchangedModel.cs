using Composer.Exchange.HuggingFace;
using Composer.Language.Tokenizers;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Exchange;

/// <summary>A language model that leaves: its parameters, read one by one, and its tokenizer.</summary>
/// <remarks>Not thread-safe; holds the files of its weights open.</remarks>
public sealed class ExchangedModel : IDisposable
{
    /// <summary>The weights of a model in a folder that the store's outputs were written to, and of one that was imported.</summary>
    public const string Weights = "model.safetensors";

    /// <summary>The weights in the folder of a pre-training.</summary>
    private const string WeightsOfPretraining = "weights.safetensors";

    private readonly Action<ParameterDescription, Span<float>> read;
    private readonly IDisposable owned;

    private ExchangedModel(
        ModelConfiguration configuration, ITokenizer tokenizer, Action<ParameterDescription, Span<float>> read, IDisposable owned)
    {
        (Configuration, Tokenizer, this.read, this.owned) = (configuration, tokenizer, read, owned);
        Parameters = ParameterLayout.Of(configuration).ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
    }

    /// <summary>With the language head.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>Its tokenizer: of a file, or bytes.</summary>
    public ITokenizer Tokenizer { get; }

    private Dictionary<string, ParameterDescription> Parameters { get; }

    /// <summary>
    /// Opens whatever model lies in a folder: a Llama checkpoint, or one of this program's with its tokenizer.json, if any.
    /// </summary>
    /// <exception cref="Core.Diagnostics.UserInputException">There is none, or it is damaged or not read.</exception>
    public static ExchangedModel OpenFolder(string folder)
    {
        if (File.Exists(Path.Combine(folder, HuggingFaceConfig.FileName)))
        {
            return Of(HuggingFaceCheckpoint.Open(folder));
        }

        var weights = ((string[])[Weights, WeightsOfPretraining]).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw ExchangeMistake.Missing(
                $"There is no {Weights}, no {WeightsOfPretraining} and no {HuggingFaceConfig.FileName} in '{folder}'.",
                "Give a folder with a model, or an experiment's name and a stage.");
        var tokenizer = Path.Combine(folder, TokenizerFolder.FileName);
        return Open(weights, File.Exists(tokenizer) ? tokenizer : null);
    }

    /// <summary>A Llama checkpoint, which it then owns.</summary>
    public static ExchangedModel Of(HuggingFaceCheckpoint checkpoint) =>
        new(checkpoint.Configuration, checkpoint.Tokenizer, checkpoint.Read, checkpoint);

    /// <summary>Opens a model in this program's own form.</summary>
    /// <param name="weights">A safetensors file of <see cref="ModelCheckpoint"/>.</param>
    /// <param name="tokenizer">A tokenizer.json; null for bytes.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing, damaged, or no language model.</exception>
    public static ExchangedModel Open(string weights, string? tokenizer)
    {
        ITokenizer read = tokenizer is null ? new ByteTokenizer() : TokenizerJson.Load(tokenizer);
        var stream = File.OpenRead(weights);
        try
        {
            var checkpoint = ModelCheckpoint.Open(stream);
            var configuration = checkpoint.Configuration;
            return configuration.Head != ModelHead.Language
                ? throw new CheckpointException("it ends in a head of a synthetic task; only language models are exported")
                : read.VocabularySize > configuration.Vocabulary
                ? throw new CheckpointException(
                    $"its vocabulary of {configuration.Vocabulary} has no room for the {read.VocabularySize} tokens of its tokenizer")
                : new ExchangedModel(configuration, read, (parameter, values) => checkpoint.ReadParameter(parameter.Name, values), stream);
        }
        catch (CheckpointException e)
        {
            stream.Dispose();
            throw ExchangeMistake.Checkpoint(
                ExchangeMistake.Start(weights),
                $"'{weights}' is no model to export: {e.Message.TrimEnd('.')}.",
                "Give the weights of a finished pre-training, and their tokenizer.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a parameter, row-major.</summary>
    /// <param name="parameter">As in <see cref="ParameterLayout"/>.</param>
    /// <param name="destination">As many as it has.</param>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public void Read(string parameter, Span<float> destination) => read(Parameters[parameter], destination);

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
