using Composer.Architecture;
using Composer.Core;
using Composer.Language.Inference;
using Composer.Training.Models;

namespace Composer.Language.Tests.Inference;

public sealed class InferenceBenchmarkTests
{
    [Fact]
    public void Each_length_is_measured_with_a_quarter_of_it_as_prompt()
    {
        using var model = new CpuEngine().Create(
            new ModelConfiguration(LayerSequence.FromSymbols("AMA"), new ModelShape(16, 4, 2, 16), 50, 64), new Seed(1), 1);
        var measurements = InferenceBenchmark.Measure(
            model, new InferenceSettings { Lengths = [8, 64], WarmUps = 1, Repetitions = 2 }, new Seed(2), new SteppingClock());
        Assert.Equal([(8, 2), (64, 16)], measurements.Select(m => (m.Length, m.PromptTokens)));
        // Two readings of the clock bracket each part: one second a prompt, one second a decoding.
        Assert.Equal(16, measurements[1].PromptTokensPerSecond, 1e-9);
        Assert.Equal(48, measurements[1].DecodeTokensPerSecond, 1e-9);
        Assert.Equal(1000.0 / 48, measurements[1].MillisecondsPerToken, 1e-9);
        // Two attention layers of two kv heads of four: at least two bytes a value, keys and values.
        Assert.True(measurements[0].CacheBytesPerToken >= 2 * 2 * 8 * 2);
    }

    /// <summary>Goes on by a second at each reading.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => ++seconds;
    }
}
