using Composer.Training.Kernels;

namespace Composer.Training.Primitives.MixtureOfExperts;

/// <summary>
/// Which experts each token goes through, with which weight, and where: a token's rows, one for each expert that it goes
/// through, lie expert by expert, and of one expert in the order of the tokens.
/// </summary>
/// <param name="experts">Of the layer.</param>
/// <param name="active">That a token goes through.</param>
/// <param name="memory">As <see cref="Floats"/> says.</param>
/// <param name="tokens">Room for so many.</param>
internal readonly unsafe struct ExpertRows(int experts, int active, float* memory, int tokens)
{
    /// <summary>[tokens · active]: which expert, the greatest weight first.</summary>
    public int* ExpertOf { get; } = (int*)memory;

    /// <summary>[tokens · active]: which row that is.</summary>
    public int* RowOf { get; } = (int*)memory + ((nint)tokens * active);

    /// <summary>[rows]: whose row it is.</summary>
    public int* TokenOf { get; } = (int*)memory + (2 * (nint)tokens * active);

    /// <summary>[rows]: with which weight it enters the token's sum.</summary>
    public float* Weights { get; } = memory + (3 * (nint)tokens * active);

    /// <summary>[experts + 1]: the first row of each, and the number of rows.</summary>
    public int* Starts { get; } = (int*)memory + (4 * (nint)tokens * active);

    /// <summary>An expert's first row and how many it has.</summary>
    public (nint First, int Count) Of(int expert) => (Starts[expert], Starts[expert + 1] - Starts[expert]);

    /// <summary>Floats of memory.</summary>
    public static long Floats(int experts, int active, int tokens) => (4L * tokens * active) + experts + 1;

    /// <summary>Turns logits into probabilities and chooses by the greatest logits, the first on ties.</summary>
    /// <param name="kernels">For the softmax.</param>
    /// <param name="count">Tokens, at most as many as there is room for.</param>
    /// <param name="logits">[tokens, experts], with room up to a multiple of 16; become probabilities.</param>
    /// <param name="stride">Of the logits.</param>
    public void Route(TierKernels kernels, int count, float* logits, nint stride)
    {
        const float Log2E = 1.44269504f;
        var padded = (experts + TierKernels.Granule - 1) / TierKernels.Granule * TierKernels.Granule;
        new Span<int>(Starts, experts + 1).Clear();
        for (var t = 0; t < count; t++, logits += stride)
        {
            Choose(new ReadOnlySpan<float>(logits, experts), new Span<int>(ExpertOf + ((nint)t * active), active));
            for (var i = 0; i < active; i++)
            {
                Starts[ExpertOf[((nint)t * active) + i] + 1]++;
            }

            kernels.Scale(logits, padded, 1 / kernels.Exponentials(logits, experts, padded, Log2E, out _));
        }

        for (var expert = 0; expert < experts; expert++)
        {
            Starts[expert + 1] += Starts[expert];
        }

        logits -= count * stride;
        Lay(count, logits, stride);
    }

    // Each expert's next row moves its start on; afterwards they go back.
    private void Lay(int count, float* probabilities, nint stride)
    {
        for (var t = 0; t < count; t++, probabilities += stride)
        {
            var chosen = ExpertOf + ((nint)t * active);
            var sum = 0f;
            for (var i = 0; i < active; i++)
            {
                sum += probabilities[chosen[i]];
            }

            for (var i = 0; i < active; i++)
            {
                var row = Starts[chosen[i]]++;
                RowOf[((nint)t * active) + i] = row;
                TokenOf[row] = t;
                Weights[row] = probabilities[chosen[i]] / sum;
            }
        }

        for (var expert = experts; expert > 0; expert--)
        {
            Starts[expert] = Starts[expert - 1];
        }

        Starts[0] = 0;
    }

    private static void Choose(ReadOnlySpan<float> logits, Span<int> chosen)
    {
        for (var i = 0; i < chosen.Length; i++)
        {
            var best = -1;
            for (var expert = 0; expert < logits.Length; expert++)
            {
                if ((best < 0 || logits[expert] > logits[best]) && !chosen[..i].Contains(expert))
                {
                    best = expert;
                }
            }

            chosen[i] = best;
        }
    }
}
