using Composer.Reporting.Sections;

namespace Composer.Reporting.Tests.Sections;

public sealed class ModelFrontTests
{
    [Fact]
    public void The_front_is_of_the_models_that_no_other_beats_in_loss_and_cost()
    {
        var models = new SampleReport().Build().Points[0].Models;
        (double Cost, double Loss)[] values = [(3, 1), (1, 2), (2, 3), (4, 1)];
        var priced = models.Zip(values).Select(m => m.First with { Pretrain = m.First.Pretrain with { ValidationLoss = m.Second.Loss, Tokens = (long)m.Second.Cost } });
        var front = ModelFrontPart.FrontOf(priced, m => m.Pretrain.Tokens, m => m.Pretrain.ValidationLoss);
        Assert.Equal([2.0, 1.0], front.Select(m => m.Pretrain.ValidationLoss));
        Assert.Equal([1L, 3L], front.Select(m => m.Pretrain.Tokens));
    }

    [Fact]
    public void Loss_is_drawn_against_cache_latency_and_operations()
    {
        var titles = Titles(new SampleReport());
        Assert.Contains("Validation loss against KV cache, bytes a token", titles);
        Assert.Contains("Validation loss against decoding, ms a token", titles);
        Assert.Contains("Validation loss against training FLOPs a token", titles);
    }

    [Fact]
    public void A_cost_that_all_models_share_is_not_drawn() =>
        Assert.DoesNotContain(Titles(new SampleReport { Baselines = [] }), t => t.StartsWith("Validation loss against", StringComparison.Ordinal));

    private static List<string> Titles(SampleReport report) =>
        [.. ReportDocument.Of(report).Svgs.Select(s => s.Elements().First(e => e.Name.LocalName == "title").Value)];
}
