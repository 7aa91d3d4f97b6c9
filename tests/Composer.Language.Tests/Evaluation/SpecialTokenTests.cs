using Composer.Architecture;
using Composer.Core;
using Composer.Language.Evaluation;
using Composer.Language.Tests.Tokenizers.Reference;
using Composer.Language.Tokenizers;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Language.Tests.Evaluation;

/// <summary>What stands in front of a request, as lm-evaluation-harness 0.4.9.2 and later put it there.</summary>
public sealed class SpecialTokenTests : IDisposable
{
    private const int Mark = 7;

    private readonly TemporaryFolder folder = new();
    private readonly ITrainableModel model = new ReferenceEngine().Create(
        new ModelConfiguration(LayerSequence.FromSymbols("AM"), new ModelShape(8, 2, 2, 8), 320, 64), new Seed(2), 1);

    public void Dispose()
    {
        model.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(true, null, 1)]
    [InlineData(true, true, 1)]
    [InlineData(true, false, 0)]
    [InlineData(false, null, 0)]
    [InlineData(false, false, 0)]
    public void The_tokenizer_s_own_special_tokens_stand_before_the_context_unless_told(bool hasTemplate, bool? addBosToken, int marks)
    {
        var tokenizer = Load(hasTemplate);
        var (context, whole) = (Encode(tokenizer, "ab ab"), Encode(tokenizer, "ab ab the"));
        var expected = Sum([.. Enumerable.Repeat(Mark, marks), .. whole], marks + context.Count);
        Assert.Equal(expected, Score(tokenizer, "ab ab", " the", addBosToken), 1e-9);
    }

    [Fact]
    public void A_tokenizer_that_adds_none_is_given_BOS_where_that_is_asked_for()
    {
        var tokenizer = Load(hasTemplate: false);
        var whole = Encode(tokenizer, "ab ab the");
        Assert.Equal(
            Sum([tokenizer.BosId, .. whole], 1 + Encode(tokenizer, "ab ab").Count), Score(tokenizer, "ab ab", " the", true), 1e-9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_empty_context_is_BOS_alone(bool hasTemplate)
    {
        var tokenizer = Load(hasTemplate);
        Assert.Equal(Sum([tokenizer.BosId, .. Encode(tokenizer, " the ab")], 1), Score(tokenizer, "", " the ab", null), 1e-9);
    }

    [Fact]
    public void A_text_that_begins_with_BOS_is_given_no_second_one()
    {
        var tokenizer = Load(hasTemplate: true);
        var whole = Encode(tokenizer, "<|endoftext|>ab the");
        Assert.Equal(Sum(whole, whole.Count - 1), Score(tokenizer, "<|endoftext|>ab", " the", null), 1e-9);
    }

    [Fact]
    public void The_context_is_fed_as_it_is_encoded_alone()
    {
        // "ab" is a token and so is "aba": the seam is not a token's end in the whole.
        var tokenizer = Load(hasTemplate: false);
        var (context, whole) = (Encode(tokenizer, "xab"), Encode(tokenizer, "xaba the"));
        Assert.NotEqual(context, whole[..context.Count]);
        Assert.Equal(Sum([.. context, .. whole[context.Count..]], context.Count), Score(tokenizer, "xab", "a the", null), 1e-9);
    }

    private static List<int> Encode(BpeTokenizer tokenizer, string text)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens);
        return tokens;
    }

    private BpeTokenizer Load(bool hasTemplate)
    {
        var template = TokenizerParts.All["Template, in front"];
        return TokenizerFile.Load(folder.Write("tokenizer.json", (hasTemplate ? template : new SmallTokenizer()).Json()));
    }

    private double Score(BpeTokenizer tokenizer, string context, string continuation, bool? addBosToken) =>
        new ContinuationScorer(model, tokenizer, 64, addBosToken).Score(context, continuation).LogLikelihood!.Value;

    private double Sum(List<int> tokens, int given)
    {
        var scores = new double[tokens.Count - 1];
        model.Score(tokens.ToArray().AsSpan(0, scores.Length), tokens.ToArray().AsSpan(1), scores, new int[scores.Length]);
        return scores.Skip(given - 1).Sum();
    }
}
