using Composer.Architecture;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Manifests.Model;
using Composer.Stages.Pretrain;

namespace Composer.Stages.Tests.Pretrain;

public class PretrainMemoryTests
{
    /// <summary>1B: 10⁹ parameters, 16 bytes each on the processor and 18 on a GPU, and some gigabytes of activations.</summary>
    [Theory]
    [InlineData(0, 16e9)]
    [InlineData(1, 18e9)]
    public void A_billion_parameters_take_their_moments_and_the_activations_of_a_sequence(int gpus, double least) =>
        Assert.InRange(PretrainMemory.Least(Manifest("1B", gpus), null), least, least + 12e9);

    [Fact]
    public void A_known_order_takes_what_its_layers_have()
    {
        var (few, many) = (LayerSequence.Parse("AM"), LayerSequence.Parse("AMAM"));
        var manifest = Manifest("1B", 0);
        Assert.Equal(
            2 * (PretrainMemory.Least(manifest, many) - PretrainMemory.Least(manifest, few)),
            PretrainMemory.Least(manifest, LayerSequence.Parse("AMAMAMAM")) - PretrainMemory.Least(manifest, many),
            2048.0);
    }

    /// <summary>All experts lie in memory; activations are kept of those alone that a token goes through.</summary>
    [Fact]
    public void A_mixture_takes_all_its_experts()
    {
        var manifest = Manifest("1B", 0);
        var shape = manifest.Extrapolate.Target.Shape;
        var (one, two) = (LayerSequence.Parse("ME"), LayerSequence.Parse("MEE"));
        var own = PrimitiveRegistry.Default['E'];
        Assert.Equal(
            (16 * own.Parameters(shape))
                + (8 * own.ActiveParameters(shape) / shape.Dim * manifest.Pretrain.Training.Length),
            PretrainMemory.Least(manifest, two) - PretrainMemory.Least(manifest, one),
            8.0 * manifest.Pretrain.Training.Length);
    }

    [Theory]
    [InlineData(0, 131_072, 20e9)]
    [InlineData(0, 1_048_576, 20e9)]
    [InlineData(1, 131_072, 30e9)]
    public void Long_sequences_take_no_more_than_what_the_engine_keeps(int gpus, int length, double least)
    {
        var manifest = Manifest("1B", gpus);
        Assert.InRange(
            PretrainMemory.Least(
                manifest with { Pretrain = manifest.Pretrain with { Training = manifest.Pretrain.Training with { Length = length } } },
                null),
            least,
            least + 2e9);
    }

    /// <summary>The protocol of the paper at its sizes, T 8192 and Llama 3's vocabulary.</summary>
    [Theory]
    [InlineData("350M", "4x(2A+4M)", 24e9)]
    [InlineData("1B", "4x(2A+4M)+1A+2M", 40e9)]
    [InlineData("3B", "8x(2A+4M)+2A+3M", 80e9)]
    public void Published_sizes_fit_the_cards_that_they_are_for(string size, string layers, double card)
    {
        var manifest = Manifest(size, gpus: 1) with { Extrapolate = new ExtrapolationSettings { Size = ModelSize.Parse(size) } };
        var pretrain = manifest.Pretrain with
        {
            Corpus = new CorpusSettings { Corpus = "data/*.bin", Tokenizer = "data/tokenizer.json", Vocabulary = 128_256 },
            Training = manifest.Pretrain.Training with { Length = 8192 },
        };
        Assert.InRange(PretrainMemory.Least(manifest with { Pretrain = pretrain }, LayerSequence.Parse(layers)), card / 2, card);
    }

    [Theory]
    [InlineData(1, 0, 1, 0)]
    [InlineData(8, 0, 1, 3 * 4)]
    [InlineData(8, 0, 4, 4)]
    [InlineData(8, 8, 1, 0)]
    [InlineData(8, 2, 1, 2 * 4)]
    public void Shards_that_one_process_adds_take_a_gradient_for_each_doubling(int shards, int gpus, int processes, int bytesAParameter)
    {
        var whole = Manifest("1B", Math.Min(gpus, 1));
        var cut = whole with
        {
            Pretrain = whole.Pretrain with
            {
                Training = whole.Pretrain.Training with { GradientShards = shards },
                Resources = new ResourcesSection { Gpus = gpus, Processes = processes },
            },
        };
        Assert.Equal(bytesAParameter * 1e9, PretrainMemory.Least(cut, null) - PretrainMemory.Least(whole, null), 0.1e9 * bytesAParameter);
    }

    [Fact]
    public void A_small_model_fits_everywhere() =>
        Assert.InRange(PretrainMemory.Least(Manifest("800K", 0, dim: 64), null), 16 * 800_000, 1 << 28);

    private static ExperimentManifest Manifest(string size, int gpus, int dim = 2048) => new()
    {
        Schema = 1,
        Name = "memory",
        Seed = 1,
        Extrapolate = new ExtrapolationSettings { Size = ModelSize.Parse(size), Model = new ModelShape(dim, 32, 8, 8192) },
        Pretrain = new PretrainSection
        {
            Corpus = new CorpusSettings { Vocabulary = 512 },
            Training = new PretrainSettings { Tokens = 4096, Length = 1024 },
            Resources = new ResourcesSection { Gpus = gpus },
        },
    };
}
