using Composer.Architecture;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Evaluation.Text;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Stages.Search;

/// <summary>The task <c>text</c> of a manifest: which corpus, and the trainings on it that a candidate needs.</summary>
internal sealed class TextTask
{
    private readonly ExperimentManifest manifest;
    private readonly string folder;
    private readonly CorpusSettings corpus;
    private readonly Lazy<Digest> source;

    /// <exception cref="UserInputException">The objective is accuracy, which text has none of.</exception>
    public TextTask(ExperimentManifest manifest, Workspace workspace)
    {
        if (manifest.Evaluate.Objective == "accuracy")
        {
            throw new UserInputException(new Diagnostic(
                "CMP7002",
                DiagnosticSeverity.Error,
                "The task 'text' is scored by its loss; evaluate.objective is 'accuracy'.",
                Remedy: "Set evaluate.objective to 'loss', or leave 'text' out of evaluate.tasks."));
        }

        (this.manifest, folder) = (manifest, workspace.Root);
        var text = manifest.Evaluate.Text;
        corpus = new CorpusSettings
        {
            Corpus = text.Corpus,
            Documents = text.Documents,
            ValidationDocuments = text.ValidationDocuments,
            Tokenizer = text.Tokenizer,
            Vocabulary = text.Vocabulary,
        };
        source = new Lazy<Digest>(() => CorpusPreparation.SourceDigest(corpus, folder));
    }

    /// <summary>The text task of a manifest; null where it asks for none.</summary>
    /// <exception cref="UserInputException">As for the constructor.</exception>
    public static TextTask? Of(ExperimentManifest manifest, Workspace workspace) =>
        manifest.Evaluate.Tasks.Contains(EvaluationPlan.Text) ? new TextTask(manifest, workspace) : null;

    private Seed CorpusSeed => new Seed(manifest.Seed).Derive("text-corpus");

    /// <summary>What of the corpus the search's key covers.</summary>
    public void AddFields(Preimage.Builder key) => AddCorpus(key, "evaluate.text");

    /// <summary>The trainings of one candidate.</summary>
    public IEnumerable<EvaluationRequest> Requests(LayerSequence layers, ModelShape shape, Seed seed, int repetitions)
    {
        var variant = 0;
        foreach (var (rate, decay) in EvaluationPlan.Variants(manifest.Evaluate))
        {
            for (var repetition = 0; repetition < repetitions; repetition++)
            {
                yield return Request(layers, shape, seed.Derive("repetition", repetition), variant, repetition, rate, decay);
            }

            variant++;
        }
    }

    private EvaluationRequest Request(
        LayerSequence layers, ModelShape shape, Seed seed, int variant, int repetition, double rate, double decay)
    {
        var evaluate = manifest.Evaluate;
        var settings = new TextEvaluationSettings
        {
            Length = evaluate.Text.Length,
            Batch = evaluate.Batch,
            Epochs = evaluate.Epochs,
            LearningRate = rate,
            WeightDecay = decay,
            Beta1 = evaluate.Betas[0],
            Beta2 = evaluate.Betas[1],
            Clip = evaluate.Clip,
            Cosine = evaluate.Schedule == "cosine",
        };
        var key = EvaluationRequests.KeyOf(layers, shape, seed)
            .Add("code", StageCode.EvaluateText(layers))
            .Add("task", EvaluationPlan.Text)
            .Add("epochs", settings.Epochs)
            .Add("batch", settings.Batch)
            .Add("learning_rate", rate)
            .Add("weight_decay", decay)
            .Add("betas", evaluate.Betas)
            .Add("schedule", evaluate.Schedule)
            .Add("clip", evaluate.Clip);
        AddCorpus(key, "text");
        var preimage = key.Build();
        return new EvaluationRequest(EvaluationPlan.Text, variant, repetition, settings.Epochs, preimage, new EvaluationUnitJob
        {
            Key = preimage.Key.ToString(),
            Seed = seed.Value,
            Text = new TextUnit(corpus, folder, CorpusSeed.Value, settings),
        });
    }

    private void AddCorpus(Preimage.Builder key, string prefix) =>
        key.Add($"{prefix}.documents", corpus.Documents)
            .Add($"{prefix}.validation_documents", corpus.ValidationDocuments)
            .Add($"{prefix}.vocabulary", corpus.Vocabulary)
            .Add($"{prefix}.length", manifest.Evaluate.Text.Length)
            .Add($"{prefix}.seed", CorpusSeed)
            .Add($"input.{prefix}", source.Value);
}
