using System.Reflection;
using System.Text.RegularExpressions;
using Composer.Core;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages;

namespace Composer.Pipeline.Tests.Stages;

/// <summary>The digest of a stage's code covers what computes it and no more: edits, and the stages they rerun.</summary>
public sealed partial class StageCodeTests
{
    private const string Pretrain = StageKind.Pretrain;
    private const string Text = StageCode.TextEvaluation;
    private const string Posterior = StageCode.PosteriorAggregation;
    private const string Confirmation = StageCode.Confirmation;

    /// <summary>
    /// An edited file, and the kinds of stage that run again for it. What they lead to runs again only where
    /// their output changes. The report, which renders in a moment, is of all of Composer.Reporting.
    /// </summary>
    public static TheoryData<string, string[]> Edits => new()
    {
        { "Composer.Reporting/Sections/LossSection.cs", [StageKind.Report] },
        { "Composer.Reporting/StyleSheet.cs", [StageKind.Report] },
        { "Composer.Pipeline/Reports/ReportContent.cs", [StageKind.Report] },
        { "Composer.Cli/Commands/RunCommand.cs", [] },
        { "Composer.Cli/Output/PlanPrinter.cs", [] },
        { "Composer.Agents/Local/CoreAllocation.cs", [] },
        { "Composer.Store/StageStore.cs", [] },
        { "Composer.Store/Index/SqliteIndex.cs", [] },
        { "Composer.Manifests/Toml/TomlReader.cs", [] },
        { "Composer.Pipeline/Scheduling/Coordinator.cs", [] },
        { "Composer.Pipeline/Planning/Planner.cs", [] },
        { "Composer.Pipeline/Keys/Preimage.cs", [] },
        { "Composer.Pipeline/Jobs/PretrainProgressReport.cs", [] },
        { "Composer.Pipeline/Stages/PretrainStage.cs", [] },
        { "docs/architecture.md", [] },
        { "README.md", [] },
        { "Composer.Core/Diagnostics/Diagnostic.cs", [] },
        { "Composer.Core/ExitCode.cs", [] },
        { "Composer.Core/Rng.cs", [StageKind.Search, StageKind.Evaluate, Text, Pretrain, StageKind.LmEval, Posterior, Confirmation] },
        { "Composer.Training/Kernels/Avx2Kernels.Products.cs", [StageKind.Evaluate, Text, Pretrain, StageKind.LmEval] },
        { "Composer.Training/Layers/RmsNorm.cs", [StageKind.Evaluate, Text, Pretrain, StageKind.LmEval] },
        { "Composer.Training/Optimization/TrapezoidalSchedule.cs", [StageKind.Evaluate, Text, Pretrain, StageKind.LmEval] },
        { "Composer.Training/Checkpoints/SafetensorsWriter.cs", [Pretrain, StageKind.LmEval] },
        { "Composer.Mad/Tasks/CompressionTask.cs", [StageKind.Evaluate] },
        { "Composer.Mad/Evaluation/CandidateEvaluation.cs", [StageKind.Evaluate] },
        { "Composer.Mad/Evaluation/EvaluationResult.cs", [StageKind.Evaluate, Text] },
        { "Composer.Mad/Scoring/CandidateScore.cs", [StageKind.Search, Confirmation] },
        { "Composer.Search/Surrogates/GaussianProcess.cs", [StageKind.Search, StageKind.Report, Posterior] },
        { "Composer.Search/Analysis/StudyAnalysis.cs", [StageKind.Report] },
        { "Composer.Search/Stopping/WilcoxonSignedRank.cs", [StageKind.Search] },
        { "Composer.Pipeline/Stages/Search/CandidateScoring.cs", [StageKind.Search] },
        { "Composer.Search/Confirmation/OrderConfirmation.cs", [Confirmation] },
        { "Composer.Pipeline/Stages/Search/FreshScores.cs", [StageKind.Search, Confirmation] },
        { "Composer.Pipeline/Stages/Search/CandidateResult.cs", [StageKind.Search] },
        { "Composer.Pipeline/Stages/AggregateStage.cs", [StageKind.Aggregate, Posterior] },
        { "Composer.Pipeline/Stages/Search/SearchSavings.cs", [] },
        { "Composer.Pipeline/Stages/Search/SearchStage.cs", [StageKind.Search] },
        { "Composer.Pipeline/Stages/Search/SearchProgressReport.cs", [] },
        { "Composer.Architecture/Notation/NotationFolding.cs", [StageKind.Aggregate, StageKind.Extrapolate, StageKind.LmEval, Posterior] },
        { "Composer.Architecture/LayerSequence.cs", [StageKind.Search, StageKind.Evaluate, Text, StageKind.Aggregate, StageKind.Extrapolate, Pretrain, StageKind.LmEval, Posterior, Confirmation] },
        { "Composer.Architecture/Aggregation/Aggregator.cs", [StageKind.Search, StageKind.Aggregate, Posterior] },
        { "Composer.Architecture/Extrapolation/Extrapolator.cs", [StageKind.Extrapolate] },
        { "Composer.Architecture/Costs/ArchitectureCosts.cs", [StageKind.Search, StageKind.Extrapolate, Pretrain, Posterior] },
        { "Composer.Language/Corpora/DocumentSplit.cs", [Text, Pretrain] },
        { "Composer.Language/Corpora/Stories/StoryGenerator.cs", [Text, Pretrain, StageKind.LmEval] },
        { "Composer.Language/Tokenizers/BpeTrainer.cs", [Text, Pretrain, StageKind.LmEval] },
        { "Composer.Language/Pretraining/Pretrainer.cs", [Pretrain] },
        { "Composer.Language/Pretraining/ValidationLoss.cs", [Text, Pretrain] },
        { "Composer.Language/Evaluation/Text/TextEvaluation.cs", [Text] },
        { "Composer.Language/Evaluation/LanguageModelEvaluator.cs", [StageKind.LmEval] },
        { "Composer.Language/Evaluation/Harness/HarnessTasks.cs", [StageKind.LmEval] },
        { "Composer.Language/Inference/InferenceBenchmark.cs", [StageKind.LmEval] },
    };

    /// <summary>Messages of mistakes, and faults on purpose: both end a stage.</summary>
    private static readonly string[] Ends = ["Composer.Core.Diagnostics", "Composer.Core.Faults"];

    /// <summary>Rooms all of whose code computes something, but for what is listed.</summary>
    private static readonly string[] Computing =
        ["Composer.Core", "Composer.Architecture", "Composer.Training", "Composer.Mad", "Composer.Search", "Composer.Language"];

    /// <summary>What of them computes no stage.</summary>
    private static readonly (string Path, string Why)[] ComputesNothing =
    [
        ("Composer.Core/Diagnostics/", "messages"),
        ("Composer.Core/Digest.cs", "names contents; changes none"),
        ("Composer.Core/Faults/", "faults on purpose, for tests"),
        ("Composer.Core/ExitCode.cs", "the process's"),
        ("Composer.Training/Hardware/", "asks what machine this is, which is in the hardware policy"),
    ];

    private static readonly Assembly[] Assemblies =
        [.. StageCode.Parts.Values.SelectMany(p => p).Select(p => p.Assembly).Distinct()];

    [Theory]
    [MemberData(nameof(Edits))]
    public void Edit_reruns_the_stages_that_the_file_computes(string file, string[] kinds)
    {
        Assert.True(File.Exists(Path.Combine(CloneRoot.Path, "src", file)) || File.Exists(Path.Combine(CloneRoot.Path, file)), $"There is no {file}.");
        var rerun = StageCode.Parts
            .Where(p => CodeDigest.FilesOf(p.Value).Any(f => f.ToString() == file))
            .Select(p => p.Key)
            .Concat(file.StartsWith("Composer.Reporting/", StringComparison.Ordinal) ? [StageKind.Report] : []);
        Assert.Equal(kinds.Order(StringComparer.Ordinal), rerun.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Table_has_an_edit_for_each_kind_of_stage() => Assert.Empty(
        StageKind.All.Append(Text).Append(Posterior).Append(Confirmation).Except(Edits.SelectMany(e => e.Data.Item2)));

    [Fact]
    public void Digest_changes_with_every_file_that_it_covers_and_with_packages()
    {
        foreach (var (kind, parts) in StageCode.Parts)
        {
            var files = CodeDigest.FilesOf(parts);
            var digests = new HashSet<Digest> { CodeDigest.Of(files, []), CodeDigest.Of(files, ["a 1.0"]), CodeDigest.Of(files, ["a 1.1"]) };
            for (var i = 0; i < files.Count; i++)
            {
                Assert.True(digests.Add(CodeDigest.Of(files.Select((f, j) => j == i ? f with { Digest = new string('0', 64) } : f), [])), $"{kind}: {files[i]}");
            }
        }
    }

    [Fact]
    public void Every_file_of_the_rooms_that_compute_is_covered_or_known_to_compute_nothing()
    {
        var covered = StageCode.Parts.Values.SelectMany(p => CodeDigest.FilesOf(p)).Select(f => f.ToString()).ToHashSet();
        var all = Assemblies.Where(a => Computing.Contains(a.GetName().Name)).SelectMany(CodeDigest.SourcesOf).Select(f => f.ToString()).ToArray();
        Assert.Equal(Computing.Order(StringComparer.Ordinal), all.Select(f => f.Split('/')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(all, f => !covered.Contains(f) && !ComputesNothing.Any(n => f.StartsWith(n.Path, StringComparison.Ordinal)));
        Assert.All(ComputesNothing, n => Assert.DoesNotContain(covered, f => f.StartsWith(n.Path, StringComparison.Ordinal)));
        Assert.All(ComputesNothing, n => Assert.Contains(all, f => f.StartsWith(n.Path, StringComparison.Ordinal)));
    }

    /// <summary>A namespace that covered code uses has code that the digest covers too, or is in no output.</summary>
    [Fact]
    public void What_covered_code_uses_is_covered()
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (kind, parts) in StageCode.Parts.Where(p => p.Key != StageKind.Report))
        {
            var files = CodeDigest.FilesOf(parts).Where(f => f.Assembly != "Composer.Pipeline").ToArray();
            var present = files.Select(NamespaceOf).ToHashSet(StringComparer.Ordinal);
            foreach (var file in files)
            {
                foreach (Match match in Using().Matches(File.ReadAllText(Path.Combine(CloneRoot.Path, "src", file.ToString()))))
                {
                    var used = match.Groups[1].Value;
                    if (!Ends.Contains(used) && !present.Contains(used) && !UsedForNoOutput.Contains((kind, used)))
                    {
                        missing.Add($"{kind}: {used}, by {file}");
                    }
                }
            }
        }

        Assert.True(missing.Count == 0, string.Join(Environment.NewLine, missing));
    }

    [Fact]
    public void The_Torch_engine_s_sources_and_packages_are_known_where_it_is_not_built()
    {
        var listed = EngineSources.Engine.Select(f => f.ToString()).ToArray();
        var source = Path.Combine(CloneRoot.Path, "src");
        var present = Directory.EnumerateFiles(Path.Combine(source, "Composer.Training.Torch"), "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(source, f).Replace('\\', '/'))
            .Concat(Directory.EnumerateFiles(Path.Combine(source, "Composer.Training", "Primitives"), "*.Torch.cs", SearchOption.AllDirectories)
                .Select(f => "Composer.Training.Torch/" + Path.GetRelativePath(Path.Combine(source, "Composer.Training.Torch"), f).Replace('\\', '/')));
        Assert.Equal(present.Order(StringComparer.Ordinal), listed.Where(f => f.EndsWith(".cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["Composer.Training.Torch/package TorchSharp"], listed.Where(f => !f.EndsWith(".cs", StringComparison.Ordinal)));
        Assert.All((string[])["libtorch-cpu-linux-x64", "TorchSharp-cuda-linux"], package => Assert.Matches(@"^\d+\.\d+", EngineSources.VersionOf(package)));
    }

    /// <summary>Uses that leave no trace in what a stage puts out, and why.</summary>
    private static readonly HashSet<(string Kind, string Namespace)> UsedForNoOutput =
    [
        // The short form of an order, which these put out letter by letter.
        (StageKind.Search, "Composer.Architecture.Notation"),
        (StageKind.Evaluate, "Composer.Architecture.Notation"),
        (Text, "Composer.Architecture.Notation"),
        (Pretrain, "Composer.Architecture.Notation"),

        // How a primitive's tensors are drawn, which neither does.
        (StageKind.Aggregate, "Composer.Core"),
        (StageKind.Extrapolate, "Composer.Core"),

        // A primitive's place in an export, which none of these makes.
        (StageKind.Evaluate, "Composer.Training.Checkpoints.Llama"),
        (Text, "Composer.Training.Checkpoints.Llama"),

        // The evaluations' own code is in the search's key as code.evaluate and code.evaluate_text.
        (StageKind.Search, "Composer.Mad.Evaluation"),
        (Confirmation, "Composer.Architecture.Notation"),
        (Confirmation, "Composer.Mad.Evaluation"),
        (Confirmation, "Composer.Mad.Tasks"),
        (StageKind.Search, "Composer.Mad.Tasks"),
    ];

    private static string NamespaceOf(SourceDigest file)
    {
        var folder = Path.GetDirectoryName(file.Path)!.Replace('/', '.').Replace('\\', '.');
        return folder.Length == 0 ? file.Assembly : $"{file.Assembly}.{folder}";
    }

    [GeneratedRegex(@"^using (?:static )?(Composer\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
