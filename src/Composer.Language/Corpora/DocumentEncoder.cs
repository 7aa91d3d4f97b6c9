using System.Text;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>
/// Encodes documents on several threads. What comes out, and in which order, does not depend on how many there are.
/// </summary>
/// <param name="documents">Read by one thread alone, in the order that is asked for.</param>
/// <param name="tokenizer">Used by all threads.</param>
/// <param name="threads">How many may work.</param>
internal sealed class DocumentEncoder(IDocumentCollection documents, ITokenizer tokenizer, int threads)
{
    /// <summary>A batch is what one thread encodes at once: enough to be worth handing over, little enough to hold many.</summary>
    private const int BatchCharacters = 1 << 18;
    private const int BatchDocuments = 1 << 12;

    /// <summary>The documents in the order of their indices, some at a time; no more batches are in memory than threads work on.</summary>
    /// <param name="indices">Which documents.</param>
    /// <param name="cancellation">Stops between documents.</param>
    public IEnumerable<EncodedDocuments> Encode(IReadOnlyList<int> indices, CancellationToken cancellation)
    {
        var running = new Queue<Task<EncodedDocuments>>();
        try
        {
            foreach (var texts in Batches(indices, cancellation))
            {
                if (threads == 1)
                {
                    yield return EncodeBatch(texts, cancellation);
                    continue;
                }

                running.Enqueue(Task.Run(() => EncodeBatch(texts, cancellation), CancellationToken.None));
                if (running.Count >= threads)
                {
                    yield return running.Dequeue().GetAwaiter().GetResult();
                }
            }

            while (running.TryDequeue(out var batch))
            {
                yield return batch.GetAwaiter().GetResult();
            }
        }
        finally
        {
            // Whoever stops early may dispose of what these still read.
            Task.WhenAll(running).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }

    private IEnumerable<List<string>> Batches(IReadOnlyList<int> indices, CancellationToken cancellation)
    {
        var (texts, characters) = (new List<string>(), 0L);
        foreach (var index in indices)
        {
            cancellation.ThrowIfCancellationRequested();
            texts.Add(documents.Read(index));
            characters += texts[^1].Length;
            if (characters >= BatchCharacters || texts.Count == BatchDocuments)
            {
                yield return texts;
                (texts, characters) = ([], 0);
            }
        }

        if (texts.Count > 0)
        {
            yield return texts;
        }
    }

    private EncodedDocuments EncodeBatch(List<string> texts, CancellationToken cancellation)
    {
        var (tokens, ends, characters, bytes) = (new List<int>(), new List<int>(texts.Count), 0L, 0L);
        foreach (var text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            tokens.Add(tokenizer.BosId);
            tokenizer.Encode(text, tokens);
            tokens.Add(tokenizer.EosId);
            ends.Add(tokens.Count);
            characters += CodePoints(text);
            bytes += Encoding.UTF8.GetByteCount(text);
        }

        return new EncodedDocuments(tokens, ends, characters, bytes);
    }

    private static long CodePoints(string text)
    {
        var count = 0L;
        foreach (var unit in text)
        {
            count += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return count;
    }
}
