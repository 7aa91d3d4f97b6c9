using System.Text.RegularExpressions;

namespace Composer.Structure.Tests;

/// <summary>
/// The files of the product that say one member of each kind, by the name of its class or the name that a user writes: what
/// adding another one touches. <c>docs/CONTRIBUTING.md</c> has their number in its column "files".
/// </summary>
public sealed class AddingOneTests
{
    private static readonly IReadOnlyList<SourceFile> Product = Clone.Sources("src");

    [Theory]
    [InlineData(
        "a primitive",
        "MlpDescription MlpLayerFactory MlpLayer MlpForm MlpInLlama \"mlp\"",
        """
        Composer.Training/Primitives/Mlp/Mlp.Description.cs
        Composer.Training/Primitives/Mlp/Mlp.Torch.cs
        Composer.Training/Primitives/Mlp/MlpInLlama.cs
        Composer.Training/Primitives/Mlp/MlpLayer.cs
        Composer.Training/Primitives/Mlp/MlpLayerFactory.cs
        """)]
    [InlineData("a MAD task", "SelectiveCopyingTask \"selective-copying\"", "Composer.Mad/Tasks/SelectiveCopyingTask.cs")]
    [InlineData(
        "a stage",
        "ExtrapolateInputs ExtrapolateComputation ExtrapolateStage.Kind \"extrapolate\"",
        """
        Composer.Bench/Plan/PlanBenchmark.cs
        Composer.Manifests/Composition/ManifestComposition.cs
        Composer.Manifests/Model/LimitsSection.cs
        Composer.Manifests/Rules/ManifestRules.cs
        Composer.Stages/Experiment/ExperimentKinds.cs
        Composer.Stages/Experiment/PointStages.cs
        Composer.Stages/Experiment/StageInputs.cs
        Composer.Stages/Extrapolate/ExtrapolateComputation.cs
        Composer.Stages/Extrapolate/ExtrapolateInputs.cs
        Composer.Stages/Extrapolate/ExtrapolateStage.cs
        Composer.Stages/KindNames.cs
        """)]
    [InlineData(
        "an lm-eval task",
        "SciQTask \"sciq\"",
        """
        Composer.Language/Evaluation/Harness/SciQTask.cs
        Composer.Language/Sources/NamedSources.cs
        """)]
    [InlineData(
        "a corpus format",
        "JsonLinesCollection \".ndjson\" \"JsonLines\"",
        """
        Composer.Language/Corpora/CorpusFormats.cs
        Composer.Language/Corpora/JsonLinesCollection.cs
        """)]
    [InlineData(
        "a search strategy",
        "TreeParzenSearch SearchStrategy.Tpe",
        """
        Composer.Bench/Search/SearchBenchmark.cs
        Composer.Search/SearchSettings.cs
        Composer.Search/SearchStrategy.cs
        Composer.Search/Strategies/TreeParzenSearch.cs
        """)]
    [InlineData(
        "a benchmark",
        "SignalCommand \"signal\"",
        """
        Composer.Bench/BenchCommands.cs
        Composer.Bench/Signal/SignalCommand.cs
        """)]
    public void One_is_said_in_these_files(string what, string names, string files)
    {
        var said = new Regex(string.Join(
            '|', names.Split(' ').Select(Regex.Escape).Select(name => name.StartsWith('"') ? name : $@"\b{name}\b")));
        string[] found = [.. Product.Where(file => file.Lines.Any(said.IsMatch)).Select(file => file.Path["src/".Length..])];
        Assert.Equal(files.Split('\n'), found);
        Assert.Matches($@"(?m)^\| {what} \|.*\| {found.Length} \|$", File.ReadAllText(Path.Join(Clone.Root, "docs", "CONTRIBUTING.md")));
    }
}
