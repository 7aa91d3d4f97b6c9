using System.Text;
using System.Text.Json;
using Composer.Mad.Evaluation;

namespace Composer.Mad.Tests.Evaluation;

public sealed class EvaluationResultTests
{
    private static readonly EvaluationResult Result = new()
    {
        Layers = "AAM",
        Task = "memorization",
        Status = EvaluationStatus.StoppedEarly,
        Curve = [new EpochRecord(1, 2.5, null), new EpochRecord(2, 0.1, new TestMetrics(1.0 / 3, 0.5, 0.25))],
        Updates = 14,
        TrainedTokens = 51200,
    };

    [Fact]
    public void Json_form_never_changes() => Assert.Equal(
        """{"layers":"AAM","task":"memorization","status":"StoppedEarly","curve":[{"epoch":1,"training_loss":2.5},{"epoch":2,"training_loss":0.1,"test":{"loss":0.3333333333333333,"accuracy":0.5,"macro_recall":0.25}}],"updates":14,"trained_tokens":51200}""",
        Encoding.UTF8.GetString(Result.ToJson()));

    [Fact]
    public void Json_reads_back_to_an_equal_result()
    {
        var copy = EvaluationResult.FromJson(Result.ToJson());
        Assert.Equal(Result, copy);
        Assert.Equal(Result.GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(Result, copy with { Curve = [.. copy.Curve.Take(1)] });
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void Other_json_is_refused(string json) =>
        Assert.Throws<JsonException>(() => EvaluationResult.FromJson(Encoding.UTF8.GetBytes(json)));
}
