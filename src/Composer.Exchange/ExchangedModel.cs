using Composer.Language.Tokenizers;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Exchange;

/// <summary>A language model that leaves: its parameters, read one by one, and its tokenizer.</summary>
/// <remarks>Not thread-safe; holds the file of its weights open.</remarks>
public sealed class ExchangedModel : IDisposable
{
    private readonly FileStream stream;
    private readonly ModelCheckpoint checkpoint;

    private ExchangedModel(FileStream stream, ModelCheckpoint checkpoint, ITokenizer tokenizer, bool isTokenizerFile)
    {
        (this.stream, this.checkpoint, Tokenizer) = (stream, checkpoint, tokenizer);
        IsTokenizerFile = isTokenizerFile;
    }

    /// <summary>With the language head.</summary>
    public ModelConfiguration Configuration => checkpoint.Configuration;

    /// <summary>Its tokenizer: of a file, or bytes.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Whether the tokenizer was read from a file.</summary>
    public bool IsTokenizerFile { get; }

    /// <summary>Opens a model in this program's own form.</summary>
    /// <param name="weights">A safetensors file of <see cref="ModelCheckpoint"/>.</param>
    /// <param name="tokenizer">A tokenizer.json; null for bytes.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing, damaged, or no language model.</exception>
    public static ExchangedModel Open(string weights, string? tokenizer)
    {
        if (!File.Exists(weights))
        {
            throw ExchangeMistake.Missing($"There is no file '{weights}'.", "Give a folder with a model's weights.safetensors.");
        }

        var stream = File.OpenRead(weights);
        try
        {
            var checkpoint = ModelCheckpoint.Open(stream);
            if (checkpoint.Configuration.Head != ModelHead.Language)
            {
                throw new CheckpointException("it ends in a head of a synthetic task; only language models are exported");
            }

            ITokenizer read = tokenizer is null ? new ByteTokenizer() : TokenizerJson.Load(tokenizer);
            return read.VocabularySize <= checkpoint.Configuration.Vocabulary
                ? new ExchangedModel(stream, checkpoint, read, tokenizer is not null)
                : throw new CheckpointException(
                    $"its vocabulary of {checkpoint.Configuration.Vocabulary} has no room for the {read.VocabularySize} tokens of its tokenizer");
        }
        catch (CheckpointException e)
        {
            stream.Dispose();
            throw ExchangeMistake.Checkpoint(
                ExchangeMistake.Start(weights),
                $"'{weights}' is no model to export: {e.Message.TrimEnd('.')}.",
                "Give the weights.safetensors of a finished pre-training.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The type that the file keeps a parameter in.</summary>
    public TensorDtype TypeOf(string parameter) => checkpoint.TypeOf(parameter);

    /// <summary>Reads a parameter, row-major.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public void Read(string parameter, Span<float> destination) => checkpoint.ReadParameter(parameter, destination);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
