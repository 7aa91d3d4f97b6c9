using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Training.Torch.Tests;

public class TorchDecoderTests
{
    private const int Length = 45;

    [TorchTheory]
    [InlineData(24, 3, 1, new[] { 45 })] // the whole prompt
    [InlineData(24, 3, 1, new[] { 1 })] // token by token
    [InlineData(64, 2, 2, new[] { 21, 1, 1, 1 })] // a prompt, then tokens
    [InlineData(40, 10, 5, new[] { 7, 16, 1, 5 })] // chunks
    public void Decoder_agrees_with_the_forward_of_training(int dim, int heads, int kvHeads, int[] chunks)
    {
        var configuration = TinyModels.Configuration("AMAM", dim, heads, kvHeads, 40, 19, Length);
        using var model = TorchModels.Create(configuration);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        var (inputs, expected) = Expected(model, 1);
        using var decoder = model.CreateDecoder(Length);
        for (var round = 0; round < 2; round++)
        {
            decoder.Reset();
            for (var chunk = 0; decoder.Position < Length; chunk++)
            {
                var logits = new float[19];
                var count = Math.Min(chunks[Math.Min(chunk, chunks.Length - 1)], Length - decoder.Position);
                decoder.Append(inputs.AsSpan(decoder.Position, count), logits);
                AssertAgrees(expected[decoder.Position - 1], logits);
            }

            Assert.Throws<ArgumentException>(() => decoder.Append([0], new float[19]));
        }
    }

    [TorchFact]
    public void Sequences_side_by_side_do_not_mix()
    {
        var configuration = TinyModels.Configuration("AMAM", 24, 3, 1, 40, 19, Length);
        using var model = TorchModels.Create(configuration);
        TinyModels.Disturb(model, new Rng(new Seed(2)));
        const int Sequences = 3;
        var (inputs, expected) = Expected(model, Sequences);
        using var decoder = model.CreateBatchDecoder(Length, Sequences);
        var logits = new float[Sequences * 19];
        for (var i = 0; i < Sequences; i++)
        {
            decoder.Append(i, inputs.AsSpan(i * Length, 10 + (7 * i)), logits.AsSpan(0, 19));
        }

        for (var step = 0; step < 5; step++)
        {
            var tokens = Enumerable.Range(0, Sequences).Select(i => inputs[(i * Length) + decoder.PositionOf(i)]).ToArray();
            decoder.Step(tokens, logits);
            for (var i = 0; i < Sequences; i++)
            {
                AssertAgrees(expected[(i * Length) + decoder.PositionOf(i) - 1], logits.AsSpan(i * 19, 19).ToArray());
            }
        }
    }

    [TorchTheory]
    [InlineData("AMAM")]
    [InlineData("WMAM")]
    public void Decoding_goes_on_beyond_the_trained_length(string layers)
    {
        var configuration = TinyModels.Configuration(layers, 24, 3, 1, 40, 19, Length);
        using var longer = TorchModels.Create(configuration);
        using var shorter = TorchModels.Create(configuration with { MaximumLength = 11 });
        TinyModels.Disturb(longer, new Rng(new Seed(2)));
        TinyModels.Disturb(shorter, new Rng(new Seed(2)));
        var (inputs, expected) = Expected(longer, 1);
        var before = new double[11];
        shorter.Score(inputs.AsSpan(0, 11), inputs.AsSpan(1, 11), before, new int[11]);
        using var decoder = shorter.CreateDecoder(Length);
        var logits = new float[19];
        decoder.Append(inputs.AsSpan(0, 11), logits);
        while (decoder.Position < Length)
        {
            AssertAgrees(expected[decoder.Position - 1], logits);
            decoder.Append(inputs.AsSpan(decoder.Position, 1), logits);
        }

        AssertAgrees(expected[Length - 1], logits);
        var after = new double[11];
        shorter.Score(inputs.AsSpan(0, 11), inputs.AsSpan(1, 11), after, new int[11]);
        Assert.Equal(before, after);
    }

    [TorchTheory]
    [InlineData(TorchPrecision.Fp32, 4)]
    [InlineData(TorchPrecision.Bf16, 2)]
    public void Cache_holds_keys_and_values_of_the_attention_layers(TorchPrecision precision, int bytes)
    {
        var engine = new TorchEngine(TorchDevice.Cpu) { Precision = precision };
        using var model = TorchModels.Create(TinyModels.Configuration("AMA", 64, 4, 2, 8, 11, 64), engine);
        using var decoder = model.CreateDecoder(64);
        Assert.Equal(2 * 2 * 2 * 16 * bytes, decoder.CacheBytesPerToken);
    }

    [TorchFact]
    public void Only_a_language_model_decodes()
    {
        using var model = TorchModels.Create(TinyModels.Configuration("AM", 12, 3, 1, 9, 13, 8, ModelHead.Compression));
        Assert.Throws<NotSupportedException>(() => model.CreateDecoder(8));
    }

    private static (int[] Inputs, double[][] LogProbabilities) Expected(ITrainableModel model, int sequences)
    {
        var vocabulary = model.Configuration.Vocabulary;
        var rng = new Rng(new Seed(3));
        var inputs = Enumerable.Range(0, sequences * Length).Select(_ => rng.NextInt(vocabulary)).ToArray();
        var expected = inputs.Select(_ => new double[vocabulary]).ToArray();
        for (var token = 0; token < vocabulary; token++)
        {
            for (var i = 0; i < sequences; i++)
            {
                var scores = new double[Length];
                model.Score(inputs.AsSpan(i * Length, Length), [.. Enumerable.Repeat(token, Length)], scores, new int[Length]);
                for (var t = 0; t < Length; t++)
                {
                    expected[(i * Length) + t][token] = scores[t];
                }
            }
        }

        return (inputs, expected);
    }

    private static void AssertAgrees(double[] expected, float[] logits)
    {
        var top = logits.Max();
        var logSum = top + Math.Log(logits.Sum(logit => Math.Exp(logit - top)));
        Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second - logSum, 1e-4));
    }
}
