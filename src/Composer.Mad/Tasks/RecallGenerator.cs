using Composer.Core;
using Composer.Mad.Samples;

namespace Composer.Mad.Tasks;

/// <summary>Samples of in-context recall, plain and noisy.</summary>
internal sealed class RecallGenerator(MadTaskSettings settings, int length) : SampleGenerator
{
    private const int Unseen = -1;

    private readonly RecallVocabulary vocabulary = RecallVocabulary.Of(settings);
    private readonly AnswerBuffer buffer = new(settings.Length + 1);
    private readonly int[] valueOf = new int[RecallVocabulary.Of(settings).Keys];
    private readonly int[] shown = new int[RecallVocabulary.Of(settings).Keys];

    public override int Length => length;

    public override void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets)
    {
        // Where the clean index falls on the last pair, all pairs before it can be noise: nothing to ask.
        int shownCount;
        do
        {
            shownCount = DrawContext(rng);
        }
        while (shownCount == 0);

        var probe = shown[rng.NextInt(shownCount)];
        if (!settings.MultiQuery)
        {
            buffer.Add(vocabulary.CopyPrefix, ask: false);
        }

        buffer.Add(probe, ask: false);
        buffer.Add(valueOf[probe], ask: true);
        buffer.Shift(kind, vocabulary.CopyPrefix, inputs, targets);
    }

    /// <summary>All pairs but the last; how many different keys were shown.</summary>
    private int DrawContext(Rng rng)
    {
        buffer.Clear();
        valueOf.AsSpan().Fill(Unseen);
        var shownCount = 0;
        var pairs = settings.Length / 2;
        var clean = settings.NoiseFraction > 0 ? rng.NextInt(pairs) : Unseen;
        for (var i = 0; i < pairs - 1; i++)
        {
            if (settings.NoiseFraction > 0 && i != clean && rng.NextBool(settings.NoiseFraction))
            {
                buffer.Add(vocabulary.FirstNoise + rng.NextInt(vocabulary.Noise), ask: false);
                buffer.Add(vocabulary.FirstNoise + rng.NextInt(vocabulary.Noise), ask: false);
                continue;
            }

            var key = rng.NextInt(vocabulary.Keys);
            var isNew = valueOf[key] == Unseen;
            if (isNew)
            {
                valueOf[key] = vocabulary.FirstValue + rng.NextInt(vocabulary.Values);
                shown[shownCount++] = key;
            }

            buffer.Add(key, ask: false);
            buffer.Add(valueOf[key], ask: !isNew && settings.MultiQuery);
        }

        return shownCount;
    }
}
