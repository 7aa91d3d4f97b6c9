namespace Composer.Language.Corpora;

/// <summary>Whether a corpus is long enough to be trained on.</summary>
public static class CorpusLength
{
    /// <summary>A validation loss is a mean over every token but the first: of fewer it is no number.</summary>
    private const int LeastValidation = 2;

    /// <summary>Looks whether there is a sequence to train on and a token to be validated on.</summary>
    /// <param name="corpus">Its name, for the diagnostic.</param>
    /// <param name="training">Tokens to train on.</param>
    /// <param name="validation">Tokens held out.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="window">Tokens of the longest window that a model is scored on; 0 where it is only validated.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">There is not.</exception>
    public static void Check(string corpus, long training, long validation, int length, int window = 0)
    {
        if (training <= length)
        {
            throw LanguageMistake.CorpusTooSmall(
                corpus,
                $"its {training} training tokens are less than one sequence of {length} and its next token",
                "Raise 'documents' or lower 'length'.");
        }

        if (validation < LeastValidation)
        {
            throw LanguageMistake.CorpusTooSmall(
                corpus,
                $"of its {validation} validation tokens none follows another, so that there is no validation loss",
                "Raise 'validation_documents'.");
        }

        if (window > 0 && validation <= window)
        {
            throw LanguageMistake.CorpusTooSmall(
                corpus,
                $"its {validation} validation tokens are less than one window of {window} and its next token",
                "Raise 'validation_documents' or lower 'lm-eval.length_multiples'.");
        }
    }
}
