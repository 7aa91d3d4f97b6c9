using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Cli.Tests;

/// <summary>A tokenizer of bytes and two marks, as a file.</summary>
internal static class SmallTokenizer
{
    public static byte[] Json { get; } = Write();

    private static byte[] Write()
    {
        using var json = new MemoryStream();
        TokenizerJson.Save(BpeTrainer.Train(["A document."], 258, PreTokenizer.Gpt2), json);
        return json.ToArray();
    }
}
