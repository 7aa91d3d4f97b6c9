namespace Composer.Language.Tokenizers;

/// <summary>Reads a tokenizer file in any format that this program knows, by its name and content.</summary>
public static class TokenizerFile
{
    /// <summary>Hugging Face's <c>tokenizer.json</c>, or a tiktoken <c>.model</c> with Llama 3's special tokens.</summary>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Missing, broken, or of a kind unknown here.</exception>
    public static BpeTokenizer Load(string path)
    {
        if (!File.Exists(path))
        {
            throw LanguageMistake.FileMissing(path, "A tokenizer is 'bytes', 'bpe', or the path of a tokenizer.json or tiktoken .model.");
        }

        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? TokenizerJson.Load(path)
            : TiktokenModel.Load(path);
    }
}
