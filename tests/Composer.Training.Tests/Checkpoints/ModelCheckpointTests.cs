using System.Text;
using Composer.Core;
using Composer.Training.Checkpoints;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Checkpoints;

public class ModelCheckpointTests
{
    private static readonly ReferenceEngine Engine = new();

    private static readonly ModelConfiguration Configuration =
        TinyModels.Configuration("AAM", 12, 6, 2, 5, 7, 9) with { RopeTheta = 500_000f, NormEpsilon = 1e-6f };

    [Theory]
    [InlineData(ModelHead.Language)]
    [InlineData(ModelHead.Compression)]
    public void A_full_checkpoint_restores_the_whole_state(ModelHead head)
    {
        var configuration = Configuration with { Head = head };
        using var model = Trained(configuration);
        var file = Save(model, CheckpointContent.Full, new Dictionary<string, string> { ["position"] = "42" });

        var checkpoint = ModelCheckpoint.Open(new MemoryStream(file));
        using var restored = checkpoint.Load(Engine, threads: 1);

        Assert.Equal(configuration, checkpoint.Configuration);
        Assert.Equal(CheckpointContent.Full, checkpoint.Content);
        Assert.Equal(3, restored.UpdatesDone);
        Assert.Equal([new KeyValuePair<string, string>("position", "42")], checkpoint.Metadata);
        Assert.Equal(file, Save(restored, CheckpointContent.Full, checkpoint.Metadata));
    }

    [Fact]
    public void Weights_alone_score_the_same_and_start_the_optimizer_anew()
    {
        using var model = Trained(Configuration);
        var checkpoint = ModelCheckpoint.Open(new MemoryStream(Save(model, CheckpointContent.Weights)));
        using var restored = Trained(Configuration);
        checkpoint.Restore(restored);

        Assert.Equal(CheckpointContent.Weights, checkpoint.Content);
        Assert.Equal(3, checkpoint.UpdatesDone);
        Assert.Equal(0, restored.UpdatesDone);
        Assert.Equal(Save(model, CheckpointContent.Weights).Length, Save(restored, CheckpointContent.Weights).Length);
        var (expected, actual) = (new float[7 * 12], new float[7 * 12]);
        model.Read(0, StateSlot.Parameter, expected);
        restored.Read(0, StateSlot.Parameter, actual);
        Assert.Equal(expected, actual);
        restored.Read(0, StateSlot.SecondMoment, actual);
        Assert.All(actual, value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Another_model_is_refused_with_the_differences()
    {
        using var model = Trained(Configuration);
        var checkpoint = ModelCheckpoint.Open(new MemoryStream(Save(model, CheckpointContent.Weights)));
        using var other = Engine.Create(
            TinyModels.Configuration("AMM", 12, 6, 2, 5, 8, 9) with { RopeTheta = 500_000f, NormEpsilon = 1e-6f }, new Seed(1), 1);

        var error = Assert.Throws<CheckpointException>(() => checkpoint.Restore(other));

        Assert.Contains("layers AAM in the checkpoint, AMM in the model", error.Message, StringComparison.Ordinal);
        Assert.Contains("vocabulary 7 in the checkpoint, 8 in the model", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dim", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"composer.layers\":\"AAM\"", "\"composer.layers\":\"AXM\"", "no engine knows")]
    [InlineData("\"composer.layers\":\"AAM\"", "\"composer.layers\":\"AMM\"", "layers.1.mlp.gate")]
    [InlineData("\"composer.dim\":\"12\"", "\"composer.dim\":\"24\"", "configuration asks for")]
    [InlineData("\"composer.dim\":\"12\"", "\"composer.dim\":\"-2\"", "no positive integer")]
    [InlineData("\"composer.dim\":\"12\"", "\"composer.dim\":\"13\"", "must divide")]
    [InlineData("\"composer.dim\":\"12\"", "\"composer.dxx\":\"12\"", "lacks 'composer.dim'")]
    [InlineData("\"composer.checkpoint\":\"1\"", "\"composer.checkpoint\":\"9\"", "form '9'")]
    [InlineData("\"composer.head\":\"language\"", "\"composer.head\":\"lenguage\"", "no engine knows")]
    [InlineData("\"composer.updates_done\":\"3\"", "\"composer.updates_done\":\"x\"", "no count")]
    [InlineData("\"layers.0.norm\"", "\"layers.9.norm\"", "lacks the tensor 'layers.0.norm'")]
    public void A_checkpoint_that_contradicts_itself_is_refused(string original, string replacement, string expected)
    {
        using var model = Trained(Configuration);
        var file = Save(model, CheckpointContent.Full);
        var (find, replace) = (Encoding.UTF8.GetBytes(original), Encoding.UTF8.GetBytes(replacement));
        var at = file.AsSpan().IndexOf(find);
        Assert.True(at > 0 && find.Length == replace.Length);
        replace.CopyTo(file.AsSpan(at));

        var error = Assert.Throws<CheckpointException>(() => ModelCheckpoint.Open(new MemoryStream(file)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_may_not_take_the_checkpoints_own_keys()
    {
        using var model = Trained(Configuration);
        Assert.Throws<ArgumentException>(() =>
            Save(model, CheckpointContent.Weights, new Dictionary<string, string> { ["composer.dim"] = "1" }));
    }

    private static ITrainableModel Trained(ModelConfiguration configuration)
    {
        var model = Engine.Create(configuration, new Seed(8), threads: 1);
        for (var step = 0; step < 3; step++)
        {
            model.TrainStep(TinyModels.Batch(configuration, new Rng(new Seed((ulong)step)), 2, 9), new AdamWSettings(0.01, 0.1));
        }

        return model;
    }

    private static byte[] Save(ITrainableModel model, CheckpointContent content, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        ModelCheckpoint.Save(model, content, stream, metadata);
        return stream.ToArray();
    }
}
