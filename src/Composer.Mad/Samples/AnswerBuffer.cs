using Composer.Training.Models;

namespace Composer.Mad.Samples;

/// <summary>
/// A sequence that grows token by token, each with the answer that a test asks at it, shifted by one into
/// inputs and targets at the end.
/// </summary>
internal sealed class AnswerBuffer(int capacity)
{
    private readonly int[] tokens = new int[capacity];
    private readonly bool[] asked = new bool[capacity];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(int token, bool ask)
    {
        tokens[Count] = token;
        asked[Count++] = ask;
    }

    public void AddRange(ReadOnlySpan<int> range, bool ask)
    {
        foreach (var token in range)
        {
            Add(token, ask);
        }
    }

    /// <summary>
    /// Pads on the left to one token more than the sample has, then shifts: position i's target is token
    /// i + 1, always in training, where it was asked in a test.
    /// </summary>
    public void Shift(SampleKind kind, int pad, Span<int> inputs, Span<int> targets)
    {
        var padding = inputs.Length + 1 - Count;
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Token(i);
            targets[i] = kind == SampleKind.Training || Asked(i + 1) ? Token(i + 1) : TokenBatch.Ignored;
        }

        int Token(int position) => position < padding ? pad : tokens[position - padding];

        bool Asked(int position) => position >= padding && asked[position - padding];
    }
}
