namespace Composer.Language.Tokenizers;

/// <summary>Reads a tokenizer file in any format that this program knows, by its content.</summary>
public static class TokenizerFile
{
    private const string Remedy = "A tokenizer is 'bytes', 'bpe', or the path of a tokenizer.json or tiktoken .model.";

    /// <summary>
    /// Hugging Face's <c>tokenizer.json</c>, or a tiktoken <c>.model</c> of GPT-2, cl100k, Llama 3 or o200k, which the number of
    /// its ranks tells apart.
    /// </summary>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Missing, broken, or of a kind unknown here.</exception>
    public static BpeTokenizer Load(string path)
    {
        if (!File.Exists(path))
        {
            throw LanguageMistake.FileMissing(path, Remedy);
        }

        return FirstByte(path) switch
        {
            '{' => TokenizerJson.Load(path),
            _ when path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) => TokenizerJson.Load(path),
            '\n' => throw LanguageMistake.Tokenizer(
                path, "it is a SentencePiece model", "Take the tokenizer.json of the same tokenizer, which transformers writes."),
            _ => TiktokenModel.Load(path),
        };
    }

    /// <summary>The first byte that is not a blank or of a byte-order mark; -1 of an empty file.</summary>
    private static int FirstByte(string path)
    {
        using var stream = File.OpenRead(path);
        int value;
        do
        {
            value = stream.ReadByte();
        }
        while (value is ' ' or '\t' or '\r' or 0xEF or 0xBB or 0xBF);

        return value;
    }
}
