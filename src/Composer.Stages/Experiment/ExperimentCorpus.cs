using Composer.Core;
using Composer.Core.Facts;
using Composer.Language.Corpora;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Experiment;

/// <summary>A corpus that stages of an experiment train on.</summary>
internal sealed class ExperimentCorpus
{
    private readonly CorpusSettings settings;
    private readonly Seed seed;
    private readonly string folder;
    private readonly HashSet<(int Length, int Window)> checkedLengths = [];

    /// <param name="settings">As the manifest has them.</param>
    /// <param name="seed">Of what is taken of it.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="name">Of the stage that makes tokens of it.</param>
    /// <param name="readers">What those that train on it need.</param>
    public ExperimentCorpus(CorpusSettings settings, Seed seed, string folder, string name, StageNeeds readers)
    {
        (this.settings, this.seed, this.folder) = (settings, seed, folder);
        Places = CorpusPlaces.Of(settings, folder);
        if (CorpusPreparation.HoldsTokens(settings, folder))
        {
            return;
        }

        var documents = DocumentSettings.Of(settings, areTokens: false);
        Tokenizing = new Stage(name, TokenizeStage.Kind, [], (_, digestOf) => new TokenizeInputs(
            seed, documents, new TokenizeContent(CorpusPreparation.SourceDigest(settings, folder, digestOf))))
        {
            Description = TokenizeStage.Describe(settings),
            CheckInputs = facts => CorpusFit.OfText(settings, folder, facts),
            NeedsOfReaders = readers,
            ReadFiles = digestOf => CorpusPreparation.SourceDigest(settings, folder, digestOf),
            Places = Places,
            Work = settings.IsStories ? null : (_, _) => WorkOfFiles(),
        };
    }

    /// <summary>The stage that makes tokens of it; null where it is token shards already, which nobody copies.</summary>
    public Stage? Tokenizing { get; }

    /// <summary>The stages before whatever trains on it.</summary>
    public IReadOnlyList<Stage> Inputs => Tokenizing is null ? [] : [Tokenizing];

    /// <summary>The outputs that whatever trains on it reads.</summary>
    public IReadOnlyList<(Stage Stage, string Output)> ReadsOutputs =>
        Tokenizing is null ? [] : [(Tokenizing, TokenizeOutput.Shards), (Tokenizing, TokenizeOutput.TokenizerFile)];

    /// <summary>Where it lies, as the user wrote it.</summary>
    public IReadOnlyDictionary<string, string> Places { get; }

    /// <summary>What a training reads of it, once that has been asked for; null before.</summary>
    public CorpusContent? Content { get; private set; }

    /// <summary>Looks for what a stage that trains on it reads from outside.</summary>
    /// <param name="length">Tokens of a sequence.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">Something is missing or wrong.</exception>
    /// <param name="facts">Knows what was found out before.</param>
    /// <param name="window">Tokens of the longest window that a model is scored on; 0 where it is only validated.</param>
    public void Check(int length, FactOfFile facts, int window = 0)
    {
        if (Tokenizing is null && !checkedLengths.Contains((length, window)))
        {
            CorpusFit.OfShards(settings, seed, folder, length, facts, window);
            checkedLengths.Add((length, window));
        }
    }

    /// <summary>Asks for the digests of the files that whatever trains on it reads itself.</summary>
    public void ReadFiles(Func<string, Digest> digestOf)
    {
        if (Tokenizing is null)
        {
            CorpusPreparation.SourceDigest(settings, folder, digestOf);
        }
    }

    /// <summary>What a training reads of it.</summary>
    /// <param name="results">With the tokens.</param>
    /// <param name="digestOf">Hashes a file, or knows its digest.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="window">Tokens of the longest window that a model is scored on; 0 where it is only validated.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">It is shorter than that.</exception>
    public CorpusContent ContentOf(IStageResults results, Func<string, Digest> digestOf, int length, int window = 0)
    {
        if (Tokenizing is null)
        {
            return Content = new CorpusContent
            {
                Shards = new ShardContent(
                    DocumentSettings.Of(settings, areTokens: true), CorpusPreparation.SourceDigest(settings, folder, digestOf), seed),
            };
        }

        var result = results[Tokenizing];
        var output = result.Read<TokenizeOutput>(TokenizeOutput.Name);
        CorpusLength.Check(settings.Corpus, output.Training.Tokens, output.Validation.Tokens, length, window);
        return Content = new CorpusContent { Tokenized = TokenizeOutput.ContentOf(result) };
    }

    private IReadOnlyList<Work> WorkOfFiles()
    {
        var bytes = CorpusFiles.Resolve(settings.Corpus, folder)
            .Concat(settings.HasValidation ? CorpusFiles.Resolve(settings.Validation, folder) : [])
            .Sum(path => (double)new FileInfo(path).Length);
        return [new Work(KindNames.Tokenize, settings.HasTokenizerFile ? "file" : settings.Tokenizer, bytes, Work.Bytes, Size: 1)];
    }
}
