using Composer.Pipeline.Tracing;

namespace Composer.Pipeline.Tests.Tracing;

public class NumberQueryTests
{
    private static readonly ReportedNumber[] Numbers =
    [
        new("pretrain/composite", "pretrain.json", "validation_loss", 1.377649),
        new("pretrain/composite", "pretrain.json", "parameters", 1_163_264),
        new("pretrain/composite", "pretrain.json", "tokens", 703_488),
        new("pretrain/composite", "pretrain.json", "flops", 5.5e12),
        new("pretrain/composite-2", "pretrain.json", "validation_loss", 1.37651),
        new("lm-eval/composite", "lm-eval.json", "tasks[0].accuracy", 0.96),
        new("lm-eval/composite", "lm-eval.json", "tasks[10].accuracy", 0.4),
        new("lm-eval/composite", "lm-eval.json", "shots", 0),
        new("extrapolate.size=2K/extrapolate", "architecture.json", "kv_bytes_per_token", 389),
    ];

    [Theory]
    [InlineData("pretrain/composite.validation_loss", 0)]
    [InlineData("pretrain/composite/validation_loss", 0)]
    [InlineData("pretrain/composite.pretrain.json.validation_loss", 0)]
    [InlineData("pretrain/composite-2.validation_loss", 4)]
    [InlineData("lm-eval/composite.tasks[0].accuracy", 5)]
    [InlineData("lm-eval/composite.tasks[0]", 5)]
    [InlineData("lm-eval/composite.tasks", 5, 6)]
    [InlineData("lm-eval/composite", 5, 6, 7)]
    [InlineData("extrapolate.size=2K/extrapolate.kv_bytes_per_token", 8)]
    [InlineData("1.3776", 0)]
    [InlineData("1.377649", 0)]
    [InlineData("1.377", 4)]
    [InlineData("1.38", 0, 4)]
    [InlineData("1.16 M", 1)]
    [InlineData("1163 K", 1)]
    [InlineData("703,488", 2)]
    [InlineData("5.5e12", 3)]
    [InlineData("5.5e+12", 3)]
    [InlineData("96.0%", 5)]
    [InlineData("0.38 KiB", 8)]
    [InlineData("0", 7)]
    [InlineData("pretrain/composite.loss")]
    [InlineData("pretrain")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("")]
    [InlineData("2")]
    public void Numbers_are_found_by_address_and_as_they_are_printed(string value, params int[] expected) =>
        Assert.Equal(expected.Select(i => Numbers[i]), NumberQuery.Find(Numbers, value));
}
