using Composer.Core;
using Composer.Core.Facts;
using Composer.Language.Corpora;
using Composer.Language.Tokenizers;

namespace Composer.Stages.LmEval;

/// <summary>A tokenizer that is there before anything is trained.</summary>
/// <param name="Path">Its file; null for bytes, which need none.</param>
/// <param name="Content">One text for two that encode alike.</param>
/// <param name="Load">Makes it.</param>
internal sealed record KnownTokenizer(string? Path, string Content, Func<ITokenizer> Load)
{
    /// <summary>A corpus's tokenizer; null where it is trained on the corpus.</summary>
    /// <param name="settings">Of the corpus.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">There is no such file.</exception>
    public static KnownTokenizer? Of(CorpusSettings settings, string folder, FactOfFile facts)
    {
        if (settings.Tokenizer == CorpusSettings.Bytes)
        {
            return new KnownTokenizer(null, CorpusSettings.Bytes, () => new ByteTokenizer());
        }

        if (!settings.HasTokenizerFile)
        {
            return null;
        }

        return OfFile(CorpusFiles.Resolve(settings.Tokenizer, folder)[0], facts);
    }

    /// <summary>Of a tokenizer's file.</summary>
    public static KnownTokenizer OfFile(string file, FactOfFile facts) =>
        new(file, facts(file, "digest 1", () => Digest.OfFile(file).ToString()), () => TokenizerFile.Load(file));
}
