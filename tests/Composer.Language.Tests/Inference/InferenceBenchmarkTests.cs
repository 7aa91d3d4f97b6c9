using Composer.Architecture;
using Composer.Core;
using Composer.Language.Inference;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Language.Tests.Inference;

public sealed class InferenceBenchmarkTests
{
    [Fact]
    public void Each_length_is_measured_with_a_quarter_of_it_as_prompt()
    {
        using var model = new CpuEngine().Create(
            new ModelConfiguration(LayerSequence.FromSymbols("AMA"), new ModelShape(16, 4, 2, 16), 50, 64), new Seed(1), 1);
        var measurements = InferenceBenchmark.Measure(
            model, new InferenceSettings { Lengths = [8, 64], WarmUps = 1, Repetitions = 2 }, new Seed(2), SteppingClock());
        Assert.Equal([(8, 2), (64, 16)], measurements.Select(m => (m.Length, m.PromptTokens)));
        // Two readings of the clock bracket each part: one second a prompt, one second a decoding.
        Assert.Equal(16, measurements[1].PromptTokensPerSecond, 1e-9);
        Assert.Equal(48, measurements[1].DecodeTokensPerSecond, 1e-9);
        Assert.Equal(1000.0 / 48, measurements[1].MillisecondsPerToken, 1e-9);
        // Two attention layers of two kv heads of four: at least two bytes a value, keys and values.
        Assert.True(measurements[0].CacheBytesPerToken >= 2 * 2 * 8 * 2);
    }

    [Fact]
    public void Models_are_measured_in_turns_at_every_length_and_batch()
    {
        using var first = Model("AMA");
        using var second = Model("MAM");
        var settings = new InferenceSettings { Lengths = [8, 12], Batches = [1, 3], WarmUps = 1, Repetitions = 2, MostDecoded = 4 };
        var rows = InferenceBenchmark.Compare([first, second], settings, new Seed(2), SteppingClock()).ToList();
        Assert.Equal([(8, 1), (8, 3), (12, 1), (12, 3)], rows.Select(row => (row[0].Length, row[0].Batch)));
        foreach (var row in rows)
        {
            Assert.Equal(2, row.Count);
            Assert.Equal(4, row[1].DecodedTokens);

            // A second for all prompts, a second for all steps, whatever the batch.
            Assert.Equal(row[0].PromptTokens * row[0].Batch, row[0].PromptTokensPerSecond, 1e-9);
            Assert.Equal(4 * row[0].Batch, row[0].DecodeTokensPerSecond, 1e-9);
            Assert.Equal(250, row[0].MillisecondsPerToken, 1e-9);
            Assert.Equal(Enumerable.Repeat(new InferenceTimes(1, .25), 2), row[0].Runs);

            // One attention layer against two.
            Assert.Equal(row[0].CacheBytes, 2 * row[1].CacheBytes);
        }
    }

    [Fact]
    public void Memory_of_decoding_is_known_before_it_is_allocated()
    {
        using var model = Model("AMA");
        using var decoder = model.CreateBatchDecoder(64, 3);
        var memory = DecodingMemory.Of(model.Configuration, 3, threads: 1);
        Assert.Equal(decoder.CacheBytes, memory.CacheBytes);
        Assert.True(memory.ParameterBytes >= sizeof(float) * model.Parameters.Sum(parameter => parameter.Count));
        Assert.True(memory.WorkingBytes > 0);
    }

    private static ITrainableModel Model(string layers) => new CpuEngine().Create(
        new ModelConfiguration(LayerSequence.FromSymbols(layers), new ModelShape(16, 4, 2, 16), 50, 64), new Seed(1), 1);

    /// <summary>Goes on by a second at each reading.</summary>
    private static FakeTimeProvider SteppingClock() => new() { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
}
