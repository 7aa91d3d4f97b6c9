using System.Globalization;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Facts;
using Composer.Core.Settings;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Own;

namespace Composer.Stages.LmEval;

/// <summary>The tasks of a scoring, those of one's own too, and where their files lie.</summary>
internal sealed class ScoredTasks
{
    private readonly string data;
    private readonly Dictionary<string, (TaskDefinition Definition, string[] Data, string[] Examples)> own;

    /// <param name="settings">With tasks by their names.</param>
    /// <param name="data">The folder of the harness's tasks.</param>
    /// <param name="own">The tasks of one's own by their names, with their files.</param>
    public ScoredTasks(
        LmEvalSettings settings, string data, Dictionary<string, (TaskDefinition Definition, string[] Data, string[] Examples)> own) =>
        (Settings, this.data, this.own) = (settings, data, own);

    /// <summary>The settings with tasks by their names, whatever file says them.</summary>
    public LmEvalSettings Settings { get; }

    /// <summary>The tasks of one's own, in the order of the settings; null where there are none.</summary>
    public ValueList<TaskDefinition>? Definitions =>
        own.Count == 0 ? null : [.. Settings.Tasks.Where(own.ContainsKey).Select(t => own[t].Definition)];

    /// <summary>Where a job finds the files: the folder of the harness's tasks, and each file of one's own.</summary>
    public IReadOnlyDictionary<string, string> Places => own.Values
        .SelectMany(o => NamesOf(o.Definition.Name, o.Data.Length, o.Examples.Length).Zip(o.Data.Concat(o.Examples)))
        .Append((LmEvalComputation.Data, data))
        .ToDictionary(p => p.Item1, p => p.Item2);

    /// <summary>As a job is told them.</summary>
    public static ScoredTasks Of(LmEvalInputs inputs, IReadOnlyDictionary<string, string> places)
    {
        var own = (inputs.Input.Tasks ?? []).ToDictionary(
            definition => definition.Name,
            definition => (
                definition,
                InOrder(definition, examples: false),
                InOrder(definition, examples: true)));
        return new ScoredTasks(inputs.LmEval, places[LmEvalComputation.Data], own);

        string[] InOrder(TaskDefinition definition, bool examples) => [.. Enumerable.Range(0, int.MaxValue)
            .Select(i => NameOf(definition.Name, examples, i)).TakeWhile(places.ContainsKey).Select(name => places[name])];
    }

    /// <summary>A task with its questions.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">A file is missing, or a row wrong.</exception>
    public EvaluationTask Load(string name) => own.TryGetValue(name, out var mine)
        ? TaskDefinitions.Load(mine.Definition, mine.Data, mine.Examples, Settings.Shots, Settings.Limit)
        : EvaluationTasks.Load(name, data, Settings.Shots, Settings.Limit);

    /// <summary>The files that a task is read from, by what a key calls them.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">One of the harness's is missing.</exception>
    public IEnumerable<(string Name, string Path)> FilesOf(string name) => own.TryGetValue(name, out var mine)
        ? NamesOf(name, mine.Data.Length, mine.Examples.Length).Zip(mine.Data.Concat(mine.Examples))
        : EvaluationTasks.FilesOf(name, data, Settings.Shots).Select(path => (Path.GetFileName(path), path));

    /// <summary>The digests of the files of all tasks, by what a key calls them.</summary>
    /// <param name="digestOfFile">Hashes a file, or knows its digest.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing.</exception>
    public ValueMap<Digest> Digests(Func<string, Digest> digestOfFile) => new(Settings.Tasks
        .SelectMany(FilesOf).DistinctBy(f => f.Name).Select(f => KeyValuePair.Create(f.Name, digestOfFile(f.Path))));

    /// <summary>Looks through the files of all tasks.</summary>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing, or a row of one is none of its task.</exception>
    public void Check(FactOfFile facts) => EveryMistake.Of(Settings.Tasks.Select<string, Action>(name => () => Check(name, facts)));

    /// <summary>Refuses a continuation that is longer than the window.</summary>
    /// <param name="window">The longest sequence.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">There is one.</exception>
    public void CheckFit(int window, KnownTokenizer tokenizer, FactOfFile facts)
    {
        foreach (var name in Settings.Tasks)
        {
            Find(
                name,
                string.Create(CultureInfo.InvariantCulture, $"fit, {Settings.Limit} of them, in {window} tokens, 4"),
                tokenizer,
                facts,
                () => LanguageModelEvaluator.RequireFit(tokenizer.Load(), Load(name), window).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>How many tokens a model is fed for a task, and in how many sequences, about.</summary>
    /// <param name="name">The task.</param>
    /// <param name="window">The longest sequence.</param>
    /// <param name="tokenizer">The model's; null where it is to be trained.</param>
    /// <param name="bytesOfToken">About, where there is no tokenizer.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">A file is missing, or a row wrong.</exception>
    public (double Tokens, double Sequences) CountTokens(
        string name, int window, KnownTokenizer? tokenizer, double bytesOfToken, FactOfFile facts)
    {
        var found = Find(
            name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"tokens, {Settings.Limit} of them, {Settings.Shots} shots, in {window}, ")
            + string.Create(CultureInfo.InvariantCulture, $"of {(tokenizer is null ? bytesOfToken : 0):0.00} bytes, 1"),
            tokenizer,
            facts,
            () =>
            {
                var (tokens, sequences) = LanguageModelEvaluator.CountTokens(
                    Load(name), Settings.Shots, window, tokenizer?.Load(), bytesOfToken);
                return string.Create(CultureInfo.InvariantCulture, $"{tokens:0} {sequences:0}");
            }).Split(' ');
        return (double.Parse(found[0], CultureInfo.InvariantCulture), double.Parse(found[1], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Finds something out about a task, or knows it: of the content of its files, of what its own file says and of the tokenizer.
    /// </summary>
    private string Find(string name, string what, KnownTokenizer? tokenizer, FactOfFile facts, Func<string> find)
    {
        (string Name, string Path)[] files = [.. FilesOf(name)];
        var others = string.Join(' ', files.Skip(1).Select(f => facts(f.Path, "digest 1", () => Digest.OfFile(f.Path).ToString())));
        var version = own.TryGetValue(name, out var mine) ? TaskDefinitions.VersionOf(mine.Definition) : "";
        var file = files.Length > 0 ? files[0].Path : tokenizer?.Path;
        return file is null ? find() : facts(file, $"{name} {version} {tokenizer?.Content} {others}: {what}", find);
    }

    private void Check(string name, FactOfFile facts)
    {
        if (own.TryGetValue(name, out var mine))
        {
            TaskDefinitions.Check(mine.Definition, mine.Data, mine.Examples, Settings.Shots, facts);
        }
        else
        {
            EvaluationTasks.Check(name, data, Settings.Shots, facts);
        }
    }

    private static IEnumerable<string> NamesOf(string task, int data, int examples) =>
        Enumerable.Range(0, data).Select(i => NameOf(task, examples: false, i))
            .Concat(Enumerable.Range(0, examples).Select(i => NameOf(task, examples: true, i)));

    private static string NameOf(string task, bool examples, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{task}/{(examples ? "examples" : "questions")}/{number}");
}
