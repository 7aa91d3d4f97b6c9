using System.Globalization;
using Composer.Core.Facts;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>What a tokenizer's file says, remembered with its content: a large one takes a second to load.</summary>
/// <param name="Vocabulary">Tokens are below this.</param>
/// <param name="Mark">The token of a document's begin.</param>
internal sealed record TokenizerFacts(int Vocabulary, int Mark)
{
    /// <summary>Raised whenever a file is refused that was not; what was found out before does not count then.</summary>
    private const int Version = 1;

    /// <summary>Null where no tokenizer's file is named.</summary>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">It is missing, or refused.</exception>
    public static TokenizerFacts? Of(CorpusSettings settings, string folder, FactOfFile facts)
    {
        if (!settings.HasTokenizerFile)
        {
            return null;
        }

        var file = CorpusFiles.Resolve(settings.Tokenizer, folder)[0];
        var said = facts(file, string.Create(CultureInfo.InvariantCulture, $"vocabulary and mark {Version}"), () =>
        {
            var tokenizer = TokenizerFile.Load(file);
            return string.Create(CultureInfo.InvariantCulture, $"{tokenizer.VocabularySize} {tokenizer.BosId}");
        }).Split(' ');
        return new(int.Parse(said[0], CultureInfo.InvariantCulture), int.Parse(said[1], CultureInfo.InvariantCulture));
    }
}
