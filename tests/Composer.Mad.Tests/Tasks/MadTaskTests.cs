using Composer.Core.Settings;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Models;

namespace Composer.Mad.Tests.Tasks;

public sealed class MadTaskTests
{
    [Fact]
    public void Names_are_those_of_the_manifest() =>
        Assert.Equal(
            ["in-context-recall", "noisy-in-context-recall", "fuzzy-in-context-recall", "selective-copying", "compression", "memorization"],
            MadTasks.NamesInPaper);

    [Fact]
    public void Unknown_name_is_not_found()
    {
        Assert.False(MadTasks.TryGet("recall", out _));
        Assert.Throws<KeyNotFoundException>(() => MadTasks.Get("recall"));
    }

    [Fact]
    public void Baselines_are_those_of_the_paper()
    {
        Assert.All(MadTasks.All, t => Assert.Empty(t.Validate(t.Baseline)));
        Assert.All(MadTasks.All, t => Assert.Empty(t.Validate(t.Default)));
        Assert.Equal(256, MadTasks.Get("memorization").Baseline.Vocabulary);
        Assert.Equal(64, MadTasks.Get("memorization").Default.Vocabulary);
        Assert.Equal(256, MadTasks.Get("memorization").BaselineSamples);
        Assert.Equal(
            new MadTaskSettings(32, 128) { NoiseVocabulary = 16, NoiseFraction = 0.2 },
            MadTasks.Get("noisy-in-context-recall").Default);
    }

    [Fact]
    public void Only_compression_has_a_decoder() =>
        Assert.Equal(
            ["compression"], MadTasks.All.Where(t => t.Head == ModelHead.Compression).Select(t => t.Name));

    [Fact]
    public void Knobs_change_the_default()
    {
        var mistakes = new List<SettingMistake>();
        var settings = new MadTaskKnobs { Copy = 4, Length = 32 }.Configure(MadTasks.Get("selective-copying"), mistakes);
        Assert.Empty(mistakes);
        Assert.Equal(new MadTaskSettings(16, 32) { Copy = 4 }, settings);
    }

    [Theory]
    [InlineData("compression")]
    [InlineData("memorization")]
    public void Knob_of_another_task_is_a_mistake(string task)
    {
        var mistakes = new List<SettingMistake>();
        new MadTaskKnobs
        {
            Copy = 1,
            Motif = 1,
            MultiQuery = true,
            NoiseFraction = 0,
            NoiseVocabulary = 1,
            Pairs = 4,
            Hops = 1,
            Group = StateGroup.S3,
        }.Configure(MadTasks.Get(task), mistakes);
        Assert.Equal(8, mistakes.Count(m => m.Message.EndsWith($"does not apply to {task}.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("in-context-recall", 16, 127, 0, 0, 0, 0, "even")]
    [InlineData("in-context-recall", 1, 128, 0, 0, 0, 0, "vocabulary (1)")]
    [InlineData("noisy-in-context-recall", 16, 128, 16, 0.2, 0, 0, "vocabulary (16)")]
    [InlineData("noisy-in-context-recall", 16, 128, 0, 0.2, 0, 0, "noise_vocabulary (0)")]
    [InlineData("noisy-in-context-recall", 32, 128, 16, double.NaN, 0, 0, "noise_fraction (NaN)")]
    [InlineData("fuzzy-in-context-recall", 6, 128, 0, 0, 0, 3, "at least 7")]
    [InlineData("fuzzy-in-context-recall", 16, 12, 0, 0, 0, 3, "exceed 12")]
    [InlineData("fuzzy-in-context-recall", 16, 128, 0, 0, 0, 0, "motif (0)")]
    [InlineData("selective-copying", 16, 32, 0, 0, 16, 0, "at least 2 × copy + 1 = 33")]
    [InlineData("selective-copying", 3, 32, 0, 0, 4, 0, "vocabulary (3)")]
    [InlineData("compression", 2, 32, 0, 0, 0, 0, "vocabulary (2)")]
    [InlineData("compression", 16, 1, 0, 0, 0, 0, "length (1)")]
    [InlineData("memorization", 4, 32, 0, 0, 0, 0, "vocabulary (4)")]
    [InlineData("memorization", 64, 31, 0, 0, 0, 0, "length (31)")]
    public void Impossible_settings_are_explained(
        string task, int vocabulary, int length, int noiseVocabulary, double noiseFraction, int copy, int motif, string expected)
    {
        var mistake = Assert.Single(MadTasks.Get(task).Validate(new MadTaskSettings(vocabulary, length)
        {
            NoiseVocabulary = noiseVocabulary,
            NoiseFraction = noiseFraction,
            Copy = copy,
            Motif = motif,
        }));
        Assert.Contains(expected, mistake, StringComparison.Ordinal);
    }
}
