using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Manifests.Model;

namespace Composer.Manifests.Rules;

/// <summary>
/// What would fail only after the search: sizes, budgets and evaluations that no order, or not every order, can keep. What
/// an order costs is told by bounds, since none is found yet.
/// </summary>
internal static class PretrainRules
{
    /// <summary>As many tokens as a budget in tokens may have.</summary>
    private const double MostTokens = 1e15;

    private const int LargestVocabulary = 262_144;
    private static readonly int BytesVocabulary = new ByteTokenizer().VocabularySize;

    public static void Check(ExperimentManifest manifest, RuleContext context)
    {
        CheckTokenizer(manifest, context);
        CheckValidation(manifest.Pretrain.Corpus, "pretrain", context);
        CheckValidation(manifest.Evaluate.Text.Corpus, "evaluate.text", context);
        CheckQuestions(manifest, context);
        if (!CanBeCosted(manifest))
        {
            return;
        }

        CheckSize(manifest, context);
        CheckBudget(manifest, context);
    }

    /// <summary>Whether shapes and primitives are sound, so that costs can be counted; what is wrong is said elsewhere.</summary>
    private static bool CanBeCosted(ExperimentManifest manifest) =>
        !manifest.Extrapolate.Validate().Any()
        && manifest.Extrapolate.Target.Shape.Validate().Count == 0
        && manifest.Search.Primitives.Count > 0
        && manifest.Search.Primitives.All(p => p.Length == 1 && PrimitiveRegistry.Default.TryGet(p[0], out _))
        && manifest.Scaling.Target.ShapeOf(Symbols(manifest)).Validate().Count == 0;

    private static void CheckTokenizer(ExperimentManifest manifest, RuleContext context)
    {
        var corpus = manifest.Pretrain.Corpus;
        if (corpus.IsShards && !corpus.HasTokenizerFile && !AreBytes(corpus))
        {
            context.Error(
                DiagnosticCodes.NoTokenizer,
                $"'pretrain.tokenizer' is \"{corpus.Tokenizer}\", but token shards were written with a tokenizer of their own: without it "
                + "lm-eval would ask the model in tokens that mean something else to it.",
                "Give the path of the tokenizer's file; shards of bytes have "
                + Text($"'tokenizer = \"bytes\"' and 'vocabulary = {BytesVocabulary}'."),
                "pretrain.tokenizer",
                "pretrain.corpus");
        }
    }

    private static bool AreBytes(CorpusSettings corpus) =>
        corpus.Tokenizer == CorpusSettings.Bytes && corpus.Vocabulary == BytesVocabulary;

    /// <summary>By their names; what the files are is told where they are read.</summary>
    private static void CheckValidation(CorpusSettings corpus, string section, RuleContext context)
    {
        if (!corpus.HasValidation)
        {
            return;
        }

        string[] paths = [$"{section}.validation", $"{section}.corpus"];
        if (corpus.IsStories)
        {
            context.Error(
                DiagnosticCodes.InvalidValidation,
                $"'{section}.validation' names files, but the corpus is 'stories', of which 'validation_documents' are held out.",
                "Leave it out, or name a corpus.",
                paths);
        }
        else if (corpus.IsShards != corpus.HasValidationOfShards)
        {
            context.Error(
                DiagnosticCodes.InvalidValidation,
                $"'{section}.validation' is {Kind(corpus.HasValidationOfShards)}, but '{section}.corpus' is {Kind(corpus.IsShards)}.",
                "Hold text out of text, or token shards out of token shards of the same tokenizer.",
                paths);
        }

        static string Kind(bool areShards) => areShards ? "token shards" : "text";
    }

    /// <summary>The window of questions; and of bytes it is known how long the built-in tasks' choices are.</summary>
    private static void CheckQuestions(ExperimentManifest manifest, RuleContext context)
    {
        var (settings, section) = (manifest.LmEval, manifest.Pretrain);
        var trained = section.Training.Length;
        if (settings.MaxLength > trained)
        {
            context.Error(
                DiagnosticCodes.WindowTooLong,
                Text($"'lm-eval.max_length' ({settings.MaxLength}) is more than the {trained} tokens that the model is trained on."),
                Text($"Give at most {trained}, or raise 'pretrain.length'."),
                "lm-eval.max_length",
                "pretrain.length");
            return;
        }

        if (section.Corpus.Tokenizer != "bytes" || section.Corpus.IsShards)
        {
            return;
        }

        var window = settings.MaxLength ?? trained;
        for (var i = 0; i < settings.Tasks.Count; i++)
        {
            if (EvaluationTasks.IsBuiltIn(settings.Tasks[i])
                && EvaluationTasks.Load(settings.Tasks[i], "", settings.Shots, settings.Limit) is var task
                && LanguageModelEvaluator.RequireFit(new ByteTokenizer(), task, window) == 0)
            {
                context.Warn(
                    DiagnosticCodes.NoQuestionFits,
                    Text($"No question of '{task.Name}' fits the {window} tokens that the model is given: it will not be scored. ")
                    + "Raise 'pretrain.length', or leave the task out.",
                    "pretrain.length",
                    Text($"lm-eval.tasks[{i}]"),
                    "lm-eval.tasks",
                    "pretrain.tokenizer");
            }
        }
    }

    private static void CheckSize(ExperimentManifest manifest, RuleContext context)
    {
        var (extrapolate, search) = (manifest.Extrapolate, manifest.Search);
        var target = extrapolate.Target;
        if (extrapolate.Method == ExtrapolationMethod.Identity || search.Layers == target.Depth)
        {
            return;
        }

        var (smallest, symbol) = Symbols(manifest).Min(p => (ArchitectureCosts.Of(Single(p), Shape(manifest, p), 0).LayerParameters, p));
        if (((double)target.Size.Parameters / smallest) + search.Layers > LayerSequence.MaximumLayers)
        {
            context.Error(
                DiagnosticCodes.TooManyLayers,
                Text($"'extrapolate.size' ({target.Size}) may take more than {LayerSequence.MaximumLayers} layers: one of {symbol} has ")
                + Text($"{smallest} parameters at these widths."),
                "Choose wider layers or a smaller size.",
                "extrapolate.size",
                "extrapolate.model",
                "search.layers",
                "search.primitives");
        }
        else if (target.Size.Parameters <= smallest * search.Layers)
        {
            context.Warn(
                DiagnosticCodes.SizeHasNoEffect,
                Text($"'extrapolate.size' ({target.Size}) has no effect: {search.Layers} layers have at least {smallest * search.Layers} ")
                + "parameters at these widths, so every order stays as it is.",
                "extrapolate.size",
                "extrapolate.model",
                "search.layers",
                "search.primitives");
        }
    }

    private static void CheckBudget(ExperimentManifest manifest, RuleContext context)
    {
        var training = manifest.Pretrain.Training;
        var (least, most) = FlopsPerToken(manifest);
        var (fewest, greatest, path) = training switch
        {
            { Tokens: { } tokens, Flops: null } => (tokens, tokens, "pretrain.tokens"),
            { Flops: { } flops, Tokens: null } => (flops / most, flops / least, "pretrain.flops"),
            _ => (MostTokens, MostTokens, ""),
        };
        if (path.Length == 0 || training.BatchTokens < training.Length)
        {
            return;
        }

        string[] others = path == "pretrain.flops"
            ? ["pretrain.length", "pretrain.vocabulary", "extrapolate.size", "extrapolate.model", "search.layers", "search.primitives"]
            : ["pretrain.length"];
        if (Math.Floor(fewest) < training.Length)
        {
            context.Error(
                DiagnosticCodes.BudgetTooSmall,
                Text($"'{path}' affords {(fewest == greatest ? "" : "as few as ")}{Math.Floor(fewest)} tokens, less than one sequence of ")
                + Text($"'pretrain.length' ({training.Length})."),
                $"Raise '{path}', or lower 'pretrain.length'.",
                [path, .. others]);
        }
        else if (greatest > MostTokens)
        {
            context.Error(
                DiagnosticCodes.BudgetTooLarge,
                Text($"'{path}' affords as many as {greatest:0.##e+0} tokens; {MostTokens:0e+0} are the most that can be trained on."),
                $"Lower '{path}'.",
                [path, .. others]);
        }
        else if (training.WarmupSteps is { } warmup && warmup > StepsOf(training, greatest))
        {
            context.Error(
                DiagnosticCodes.WarmupTooLong,
                Text($"'pretrain.warmup_steps' ({warmup}) is more than the {StepsOf(training, greatest)} steps that '{path}' affords: the ")
                + "learning rate would never reach its peak.",
                $"Lower it, raise '{path}', or give 'pretrain.warmup', a share of the steps.",
                ["pretrain.warmup_steps", path, "pretrain.batch_tokens", .. others]);
        }
    }

    private static double StepsOf(Language.Pretraining.PretrainSettings training, double tokens) =>
        Math.Max(1, Math.Floor(tokens / (training.BatchTokens / training.Length * (double)training.Length)));

    /// <summary>Training operations of a token, of the cheapest and the dearest model that there may be.</summary>
    private static (double Least, double Most) FlopsPerToken(ExperimentManifest manifest)
    {
        var (target, layers, training) = (manifest.Scaling.Target, manifest.Search.Layers, manifest.Pretrain.Training);
        var (least, most) = (double.PositiveInfinity, 0.0);
        var widest = Symbols(manifest).Min(p => ArchitectureCosts.Of(Single(p), Shape(manifest, p), 0).LayerParameters);
        foreach (var symbol in Symbols(manifest))
        {
            // Whatever the rule, no layer is taken away, and no more than the size asks for, and a part of each group, are added.
            var one = (double)ArchitectureCosts.Of(Single(symbol), Shape(manifest, symbol), 0)
                .TrainingFlopsPerToken(training.Length, training.FlopCount);
            least = Math.Min(least, one * layers);
            most = Math.Max(most, one * (((double)target.Size.Parameters / widest) + (2 * layers)));
        }

        foreach (var baseline in manifest.Baseline)
        {
            if (ManifestRules.LayersOf(baseline, manifest) is { } order)
            {
                var cost = (double)ArchitectureCosts.Of(order, target.ShapeOf(order), 0)
                    .TrainingFlopsPerToken(training.Length, training.FlopCount);
                (least, most) = (Math.Min(least, cost), Math.Max(most, cost));
            }
        }

        var corpus = manifest.Pretrain.Corpus;
        var vocabulary = corpus.Tokenizer == "bytes" && !corpus.IsShards ? new ByteTokenizer().VocabularySize
            : corpus.HasTokenizerFile ? LargestVocabulary
            : corpus.Vocabulary;
        return (least, most + (6.0 * vocabulary * target.Shape.Dim));
    }

    private static IEnumerable<char> Symbols(ExperimentManifest manifest) => manifest.Search.Primitives.Select(p => p[0]);

    private static LayerSequence Single(char symbol) => LayerSequence.FromSymbols([symbol]);

    private static ModelShape Shape(ExperimentManifest manifest, char symbol) =>
        manifest.Scaling.Target.ShapeOf([symbol]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
