using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Core.Tests.Settings;

/// <summary>Values that are one text in manifests, keys and JSON, with or without the pipeline's naming.</summary>
public sealed class SettingTextTests
{
    private static readonly JsonSerializerOptions Others = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    [JsonConverter(typeof(SettingNameConverter<Choice>))]
    private enum Choice
    {
        OneShot,

        [JsonStringEnumMemberName("n-c")]
        ConditionOnSome,
    }

    [Fact]
    public void A_value_of_an_enum_has_its_kebab_name_or_its_own()
    {
        Assert.Equal(["one-shot", "n-c"], SettingNames.All<Choice>());
        Assert.Equal("n-c", SettingNames.Of(Choice.ConditionOnSome));
        Assert.True(SettingNames.TryParse<Choice>("one-shot", out var value, out _) && value == Choice.OneShot);
        Assert.False(SettingNames.TryParse<Choice>("oneshot", out _, out var error));
        Assert.Equal("'oneshot' is no choice. Did you mean 'one-shot'?", error);
    }

    [Fact]
    public void JSON_has_the_same_texts_with_a_naming_policy_or_none()
    {
        foreach (var options in new[] { JsonSerializerOptions.Default, Others })
        {
            Assert.Equal("""["n-c","one-shot"]""", JsonSerializer.Serialize(new[] { Choice.ConditionOnSome, Choice.OneShot }, options));
            Assert.Equal(Choice.ConditionOnSome, JsonSerializer.Deserialize<Choice>("\"n-c\"", options));
            Assert.Equal("18446744073709551615", JsonSerializer.Serialize(new Seed(ulong.MaxValue), options));
            Assert.Equal(new Seed(ulong.MaxValue), JsonSerializer.Deserialize<Seed>("18446744073709551615", options));
            var digest = Digest.Of("x");
            Assert.Equal($"\"{digest}\"", JsonSerializer.Serialize(digest, options));
            Assert.Equal(digest, JsonSerializer.Deserialize<Digest>($"\"{digest}\"", options));
            var byDigest = new Dictionary<Digest, int> { [digest] = 1 };
            Assert.Equal(
                byDigest, JsonSerializer.Deserialize<Dictionary<Digest, int>>(JsonSerializer.Serialize(byDigest, options), options));
        }
    }

    [Theory]
    [InlineData("\"OneShot\"")]
    [InlineData("0")]
    public void JSON_of_no_name_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Choice>(json));

    [Fact]
    public void A_text_that_cannot_be_read_is_a_mistake_of_the_JSON()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Digest>("\"abc\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Duration>("\"2 hours\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Duration>("2"));
    }

    [Theory]
    [InlineData("2 h", 7200)]
    [InlineData("1.5min", 90)]
    [InlineData("30 s", 30)]
    [InlineData("365 d", 31_536_000)]
    public void A_duration_keeps_its_text(string text, double seconds)
    {
        var duration = Duration.Parse(text);
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration.Value);
        Assert.Equal(text, duration.ToString());
        Assert.Equal(duration, JsonSerializer.Deserialize<Duration>(JsonSerializer.Serialize(duration)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 s")]
    [InlineData("366 d")]
    [InlineData("-1 h")]
    [InlineData("1e3 s")]
    public void Other_texts_are_no_duration(string text) => Assert.False(Duration.TryParse(text, null, out _));
}
