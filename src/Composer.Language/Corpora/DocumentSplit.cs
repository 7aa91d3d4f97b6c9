using Composer.Core;

namespace Composer.Language.Corpora;

/// <summary>Which documents are trained on and which are held out.</summary>
/// <param name="Training">Ascending.</param>
/// <param name="Validation">Ascending; none of it in <paramref name="Training"/>.</param>
internal sealed record DocumentSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Validation)
{
    /// <summary>Both drawn at random. The documents held out do not depend on how many are trained on.</summary>
    /// <param name="corpus">Its name, for the diagnostic.</param>
    /// <param name="count">Documents there are.</param>
    /// <param name="training">Documents wanted; 0 takes what validation leaves.</param>
    /// <param name="validation">Documents to hold out.</param>
    /// <param name="seed">Of the draw.</param>
    public static DocumentSplit Of(string corpus, int count, int training, int validation, Seed seed)
    {
        Check(corpus, count, training, validation);
        var order = Shuffled(count, seed);
        var end = training > 0 ? validation + training : count;
        return new DocumentSplit(Sorted(order[validation..end]), Sorted(order[..validation]));
    }

    /// <summary>The last documents are held out, so that both parts can stay where they are; training is drawn from the rest.</summary>
    public static DocumentSplit OfRange(string corpus, int count, int training, int validation, Seed seed)
    {
        Check(corpus, count, training, validation);
        var rest = count - validation;
        var taken = training > 0 ? Shuffled(rest, seed)[..training] : [.. Enumerable.Range(0, rest)];
        return new DocumentSplit(Sorted(taken), [.. Enumerable.Range(rest, validation)]);
    }

    /// <exception cref="Core.Diagnostics.UserInputException">There are too few documents.</exception>
    public static void Check(string corpus, int count, int training, int validation)
    {
        if (count < (long)Math.Max(training, 1) + validation)
        {
            throw LanguageMistake.CorpusTooSmall(
                corpus,
                $"it has {count} documents, but {Math.Max(training, 1)} are to be trained on and {validation} held out",
                "Lower 'documents' or 'validation_documents'.");
        }
    }

    private static int[] Shuffled(int count, Seed seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Rng(seed.Derive("documents")).Shuffle<int>(order);
        return order;
    }

    private static int[] Sorted(int[] indices)
    {
        Array.Sort(indices);
        return indices;
    }
}
