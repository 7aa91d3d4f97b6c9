using LLama;
using LLama.Common;
using LLama.Native;

namespace Composer.Exchange.Tests.Foreign;

/// <summary>llama.cpp with a GGUF file: what a foreign engine makes of what we wrote. Cache and numbers are F32.</summary>
internal sealed class LlamaCpp : IDisposable
{
    private static readonly Lazy<string?> Lacking = new(Try);
    private readonly ModelParams parameters;
    private readonly LLamaWeights weights;

    public LlamaCpp(string file, int length = 64)
    {
        parameters = new ModelParams(file)
        {
            ContextSize = (uint)length,
            BatchSize = (uint)length,
            UBatchSize = (uint)length,
            GpuLayerCount = 0,
            Threads = 1,
            BatchThreads = 1,
            TypeK = GGMLType.GGML_TYPE_F32,
            TypeV = GGMLType.GGML_TYPE_F32,
            FlashAttention = false,
        };
        weights = LLamaWeights.LoadFromFile(parameters);
    }

    /// <summary>Why its native library does not load here; null where it does.</summary>
    public static string? Missing => Lacking.Value;

    /// <summary>Of the file, such as <c>general.architecture</c>.</summary>
    public string Metadata(string key) => weights.Metadata[key];

    /// <summary>What llama.cpp's own tokenizer makes of a text, names of special tokens being text as well.</summary>
    public int[] Tokenize(string text) =>
        [.. weights.Tokenize(text, add_bos: false, special: true, System.Text.Encoding.UTF8).Select(token => (int)token)];

    /// <summary>Logits after each token, [T][vocabulary].</summary>
    public float[][] Logits(IReadOnlyList<int> tokens)
    {
        using var context = weights.CreateContext(parameters);
        var batch = new LLamaBatch();
        for (var i = 0; i < tokens.Count; i++)
        {
            batch.Add((LLamaToken)tokens[i], i, LLamaSeqId.Zero, logits: true);
        }

        Assert.Equal(DecodeResult.Ok, context.NativeHandle.Decode(batch));
        return [.. Enumerable.Range(0, tokens.Count).Select(i => context.NativeHandle.GetLogitsIth(i).ToArray())];
    }

    /// <summary>The likeliest tokens one by one behind a prompt, decoded with the cache.</summary>
    public int[] Answer(IReadOnlyList<int> prompt, int count)
    {
        using var context = weights.CreateContext(parameters);
        var (answer, next, position) = (new List<int>(), prompt, 0);
        while (answer.Count < count)
        {
            var batch = new LLamaBatch();
            for (var i = 0; i < next.Count; i++)
            {
                batch.Add((LLamaToken)next[i], position++, LLamaSeqId.Zero, logits: i == next.Count - 1);
            }

            Assert.Equal(DecodeResult.Ok, context.NativeHandle.Decode(batch));
            answer.Add(Likeliest(context.NativeHandle.GetLogitsIth(next.Count - 1)));
            next = [answer[^1]];
        }

        return [.. answer];
    }

    public void Dispose() => weights.Dispose();

    public static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    private static string? Try()
    {
        try
        {
            NativeLogConfig.llama_log_set((level, message) => Keep(level, message));
            NativeApi.llama_empty_call();
            return null;
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or LLama.Exceptions.RuntimeError)
        {
            return $"llama.cpp's native library does not load here: {(e.InnerException ?? e).Message}";
        }
    }

    private static void Keep(LLamaLogLevel level, string message)
    {
        if (level == LLamaLogLevel.Error)
        {
            Console.Error.Write(message);
        }
    }
}
