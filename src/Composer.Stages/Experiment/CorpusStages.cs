using Composer.Core;
using Composer.Language.Corpora;
using Composer.Manifests.Model;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Stages.Evaluate;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Experiment;

/// <summary>The corpora of an experiment: each that is text is tokenized by one stage, for all that train on it.</summary>
internal sealed class CorpusStages
{
    private readonly string folder;
    private readonly List<Stage> stages;
    private readonly Dictionary<Identity, ExperimentCorpus> known = [];
    private readonly bool isOnlyPretraining;
    private readonly bool isOnlyText;

    /// <param name="experiment">Whose points and variants may have corpora of their own.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="stages">Receives them.</param>
    public CorpusStages(ResolvedExperiment experiment, string folder, List<Stage> stages)
    {
        (this.folder, this.stages) = (folder, stages);
        ExperimentManifest[] manifests = [.. experiment.Points.SelectMany(p => p.Variants).Select(v => v.Manifest)];
        isOnlyPretraining = IsOne(manifests.Select(OfPretraining));
        isOnlyText = IsOne(manifests.Where(HasText).Select(OfText));
    }

    /// <summary>What a manifest's models are pre-trained on.</summary>
    /// <param name="manifest">Of a variant at a point.</param>
    /// <param name="name">Its stage's, unless all of the experiment have one.</param>
    public ExperimentCorpus ForPretraining(ExperimentManifest manifest, Func<string, string> name)
    {
        var section = manifest.Pretrain;
        return For(
            OfPretraining(manifest),
            section.Corpus,
            isOnlyPretraining ? KindNames.Tokenize : name(KindNames.Tokenize),
            new StageNeeds(section.Resources.Gpus, section.Engine) { Processes = section.Resources.Processes });
    }

    /// <summary>What a manifest's candidates are trained on in the task <c>text</c>; null where it is not asked for.</summary>
    /// <inheritdoc cref="ForPretraining"/>
    public ExperimentCorpus? ForText(ExperimentManifest manifest, Func<string, string> name)
    {
        const string kind = $"{KindNames.Tokenize}/{CandidateTrainings.Text}";
        return HasText(manifest)
            ? For(OfText(manifest), manifest.Evaluate.Text.Corpus, isOnlyText ? kind : name(kind), StageNeeds.None)
            : null;
    }

    private static bool HasText(ExperimentManifest manifest) => manifest.Evaluate.Tasks.Contains(CandidateTrainings.Text);

    private static bool IsOne(IEnumerable<Identity> corpora) => corpora.Distinct().Take(2).Count() == 1;

    private static Identity OfPretraining(ExperimentManifest manifest) =>
        Identity.Of(manifest.Pretrain.Corpus, new Seed(manifest.Seed));

    private static Identity OfText(ExperimentManifest manifest) =>
        Identity.Of(manifest.Evaluate.Text.Corpus, GeneratedStories.SeedOfSearch(new Seed(manifest.Seed)));

    private ExperimentCorpus For(Identity identity, CorpusSettings settings, string name, StageNeeds readers)
    {
        if (!known.TryGetValue(identity, out var corpus))
        {
            known[identity] = corpus = new ExperimentCorpus(settings, identity.Seed, folder, name, readers);
            if (corpus.Tokenizing is { } stage)
            {
                stages.Add(stage);
            }
        }

        return corpus;
    }

    /// <summary>What makes corpora the same.</summary>
    private sealed record Identity(
        Seed Seed, string Corpus, string Validation, string Tokenizer, string TextField, bool SkipBadLines, DocumentSettings Documents)
    {
        public static Identity Of(CorpusSettings settings, Seed seed) =>
            new(
            seed,
            settings.Corpus,
            settings.Validation,
            settings.Tokenizer,
            settings.TextField,
            settings.SkipBadLines,
            DocumentSettings.Of(settings, areTokens: true));
    }
}
