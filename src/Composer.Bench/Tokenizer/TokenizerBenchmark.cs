using System.Diagnostics;
using Composer.Bench.Measuring;

namespace Composer.Bench.Tokenizer;

/// <summary>Encodes one text by several tokenizers, in turns.</summary>
internal static class TokenizerBenchmark
{
    /// <summary>The system counts processor time in hundredths of a second.</summary>
    private const double LeastProcessorSeconds = 0.01;

    /// <param name="text">What is encoded.</param>
    /// <param name="peers">By what; the first says which tokens are right.</param>
    /// <param name="threads">By how many at once, each number for itself.</param>
    /// <param name="rounds">How often; before the first, every tokenizer has encoded the whole text once.</param>
    /// <param name="goal">Megabytes a second that are promised of the first on one thread; null where nothing is.</param>
    public static IReadOnlyList<TokenizerSpeed> Run(
        TokenizerText text, IReadOnlyList<TokenizerPeer> peers, IReadOnlyList<int> threads, int rounds, double? goal)
    {
        var turns = (from peer in peers from count in threads select new Turn(peer, count)).ToArray();
        var (others, tokens) = Compare(text, peers);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var turn in turns)
            {
                var (seconds, processorSeconds) = SecondsOf(text, turn.Peer, turn.Threads);
                turn.Rates.Add(text.Bytes / 1e6 / seconds);
                turn.ProcessorRates.Add(text.Bytes / 1e6 / processorSeconds);
            }
        }

        return
        [
            .. turns.Select(t => new TokenizerSpeed(
                t.Peer.Name,
                t.Threads,
                RepeatedFigure.Of(t.Rates, t.Peer == peers[0] && t.Threads == 1 ? goal : null),
                RepeatedFigure.Of(t.ProcessorRates, goal: null),
                tokens[t.Peer],
                others[t.Peer])),
        ];
    }

    private static (Dictionary<TokenizerPeer, int> Others, Dictionary<TokenizerPeer, long> Tokens) Compare(
        TokenizerText text, IReadOnlyList<TokenizerPeer> peers)
    {
        var (others, counts) = (peers.ToDictionary(p => p, _ => 0), peers.ToDictionary(p => p, _ => 0L));
        var (right, tokens) = (new List<int>(), new List<int>());
        foreach (var document in text.Documents)
        {
            right.Clear();
            peers[0].Encode(document, right);
            counts[peers[0]] += right.Count;
            foreach (var peer in peers.Skip(1))
            {
                tokens.Clear();
                peer.Encode(document, tokens);
                counts[peer] += tokens.Count;
                others[peer] += tokens.SequenceEqual(right) ? 0 : 1;
            }
        }

        return (others, counts);
    }

    private static (double Seconds, double ProcessorSeconds) SecondsOf(TokenizerText text, TokenizerPeer peer, int threads)
    {
        var next = -1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToArray();
        using var process = Process.GetCurrentProcess();
        var (began, processorTime) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        var elapsed = Stopwatch.GetElapsedTime(began);
        process.Refresh();
        return (elapsed.TotalSeconds, Math.Max(LeastProcessorSeconds, (process.TotalProcessorTime - processorTime).TotalSeconds));

        void Work()
        {
            var tokens = new List<int>();
            for (var i = Interlocked.Increment(ref next); i < text.Documents.Count; i = Interlocked.Increment(ref next))
            {
                tokens.Clear();
                peer.Encode(text.Documents[i], tokens);
            }
        }
    }

    private sealed record Turn(TokenizerPeer Peer, int Threads)
    {
        public List<double> Rates { get; } = [];

        public List<double> ProcessorRates { get; } = [];
    }
}
