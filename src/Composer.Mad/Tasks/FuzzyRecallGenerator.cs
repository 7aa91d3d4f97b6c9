using Composer.Core;
using Composer.Mad.Samples;

namespace Composer.Mad.Tasks;

/// <summary>Samples of fuzzy in-context recall.</summary>
internal sealed class FuzzyRecallGenerator : SampleGenerator
{
    private readonly MadTaskSettings settings;
    private readonly FuzzyVocabulary vocabulary;
    private readonly AnswerBuffer buffer;
    private readonly int[] keyTokens;
    private readonly int[] valueTokens;
    private readonly List<(int[] Key, int[] Value)> shown = [];

    public FuzzyRecallGenerator(MadTaskSettings settings)
    {
        this.settings = settings;
        vocabulary = FuzzyVocabulary.Of(settings);
        buffer = new AnswerBuffer(settings.Length + 1);
        keyTokens = [.. Enumerable.Range(0, vocabulary.Keys)];
        valueTokens = [.. Enumerable.Range(vocabulary.FirstValue, vocabulary.Values)];
    }

    public override int Length => settings.Length;

    public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
    {
        buffer.Clear();
        shown.Clear();
        var probeKey = DrawMotif(rng, keyTokens, KeySize(rng, kind));
        var probeValue = DrawMotif(rng, valueTokens, ValueSize(rng));
        var probeLength = probeKey.Length + probeValue.Length;
        var probeAt = rng.NextInt(settings.Length - (2 * probeLength));
        var probeShown = false;
        while (buffer.Count < settings.Length - probeLength - (2 * settings.Motif))
        {
            var (keySize, valueSize) = (KeySize(rng, kind), ValueSize(rng));
            if (buffer.Count >= probeAt && !probeShown)
            {
                Append(probeKey, probeValue, ask: false);
                shown.Add((probeKey, probeValue));
                probeShown = true;
                continue;
            }

            var key = DrawMotif(rng, keyTokens, keySize);
            var value = shown.Find(pair => pair.Key.AsSpan().SequenceEqual(key)).Value;
            var known = value is not null;
            if (value is null)
            {
                var isProbe = key.AsSpan().SequenceEqual(probeKey);
                probeShown |= isProbe;
                value = isProbe ? probeValue : DrawMotif(rng, valueTokens, valueSize);
                shown.Add((key, value));
            }

            Append(key, value, ask: known && settings.MultiQuery);
        }

        if (!settings.MultiQuery)
        {
            buffer.Add(vocabulary.CopyPrefix, ask: false);
        }

        Append(probeKey, probeValue, ask: true);
        buffer.Shift(kind, vocabulary.Pad, inputs, targets);
    }

    private void Append(int[] key, int[] value, bool ask)
    {
        buffer.AddRange(key, ask: false);
        buffer.AddRange(value, ask);
    }

    private int KeySize(Rng rng, SampleKind kind) =>
        kind == SampleKind.Test ? settings.Motif : 1 + rng.NextInt(settings.Motif);

    private int ValueSize(Rng rng) => 1 + rng.NextInt(settings.Motif);

    private static int[] DrawMotif(Rng rng, int[] tokens, int size)
    {
        var motif = new int[size];
        DistinctTokens.Draw(rng, tokens, motif);
        return motif;
    }
}
