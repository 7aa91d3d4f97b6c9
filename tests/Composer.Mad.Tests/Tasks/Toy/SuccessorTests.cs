using System.Text;
using Composer.Architecture;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Manifests;
using Composer.Training.Engines;

namespace Composer.Mad.Tests.Tasks.Toy;

/// <summary>A task that no product source knows goes wherever the others go.</summary>
public sealed class SuccessorTests
{
    private const string Name = "successor";
    private const string Knobs = "tasks = ['successor']\n[evaluate.task.successor]\n";
    private const string Head = "schema = 1\nname = 'toy'\nseed = 1\n[pretrain]\ntokens = 1_000\n[evaluate]\n";

    private static readonly ModelShape Shape = new(16, 2, 1, 16);

    private static MadTask Task => MadTasks.Get(Name);

    /// <summary>Its rules are in <see cref="TaskRules"/> too, so that every task's samples are held to rules.</summary>
    [Fact]
    public void Adding_a_task_is_these_files() => Assert.Equal(
        ["SuccessorTask.cs", "SuccessorTests.cs", "ToyRegistration.cs"],
        Directory.EnumerateFiles(Path.Join(CloneRoot.Path, "tests/Composer.Mad.Tests/Tasks/Toy"))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void It_comes_after_those_of_the_paper()
    {
        string[] others = [.. MadTasks.Names.Skip(MadTasks.NamesInPaper.Count)];
        Assert.Equal(MadTasks.NamesInPaper, MadTasks.Names.Take(MadTasks.NamesInPaper.Count));
        Assert.Contains(Name, others);
        Assert.Equal(others.Order(StringComparer.Ordinal), others);
        Assert.Contains(Name, Assert.Throws<KeyNotFoundException>(() => MadTasks.Get("predecessor")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_names_it_and_does_not_without()
    {
        Assert.Equal(MadTasks.NamesInPaper, Load("").Tasks);
        Assert.Equal([Name, "memorization"], Load("tasks = ['successor', 'memorization']").Tasks);
        Assert.Contains("\"successor\"", ManifestSchema.Generate(), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'successor'?", Refusal("tasks = ['sucessor']"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_sets_its_knobs_and_no_others()
    {
        var plan = Assert.Single(Load(Knobs + "vocabulary = 8\nnoise_fraction = 0.5").Protocol(Shape).Tasks);
        Assert.Equal(new MadTaskSettings(8, 24) { NoiseFraction = 0.5 }, plan.Settings);
        Assert.Contains("copy does not apply to successor.", Refusal(Knobs + "copy = 2"), StringComparison.Ordinal);
        Assert.Contains("must be at least 0 and below 1", Refusal(Knobs + "noise_fraction = 1.0"), StringComparison.Ordinal);
        Assert.Contains(
            "Only noisy-in-context-recall, successor has it.",
            Refusal("tasks = ['memorization']\n[evaluate.task.memorization]\nnoise_fraction = 0.1"),
            StringComparison.Ordinal);
    }

    /// <summary>What it asks for is a function of the token alone: even a layer that mixes no positions learns all of it.</summary>
    [Theory]
    [InlineData("A")]
    [InlineData("M")]
    public void A_candidate_learns_it_on_the_processor(string layers)
    {
        var settings = new EvaluationSettings { Samples = 64, TestSamples = 16, Epochs = 30, Batch = 8, LearningRate = 1e-2 };
        var evaluation = Evaluation(layers, new MadTaskSettings(8, 12), settings);
        var result = evaluation.Run(EngineRegistry.Get(EngineRegistry.Cpu));
        Assert.Equal(EvaluationStatus.StoppedEarly, result.Status);
        Assert.Equal(Name, result.Task);
        Assert.Equal(1, result.Curve[^1].Test!.Accuracy);
        Assert.Equal(result.ToJson(), evaluation.Run(EngineRegistry.Get(EngineRegistry.Cpu)).ToJson());
    }

    [Fact]
    public void Too_few_different_samples_are_refused() => Assert.Contains(
        "too few different samples",
        Assert.Single(Evaluation("A", new MadTaskSettings(3, 4), new EvaluationSettings()).Validate()),
        StringComparison.Ordinal);

    private static CandidateEvaluation Evaluation(string layers, MadTaskSettings difficulty, EvaluationSettings settings) =>
        new(LayerSequence.FromSymbols(layers), Shape, Task, difficulty, settings, new Seed(7));

    private static Manifests.Model.EvaluateSettings Load(string evaluate) =>
        ManifestLoader.Parse(Encoding.UTF8.GetBytes(Head + evaluate), "toy.toml").Manifest.Evaluate;

    private static string Refusal(string evaluate) =>
        string.Join('\n', Assert.Throws<UserInputException>(() => Load(evaluate)).Diagnostics.Select(d => $"{d.Message} {d.Remedy}"));
}
