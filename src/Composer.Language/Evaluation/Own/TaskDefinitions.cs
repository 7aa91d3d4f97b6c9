using Composer.Core;
using Composer.Core.Facts;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Evaluation.Own;

/// <summary>Checks tasks of one's own, and loads them.</summary>
public static class TaskDefinitions
{
    /// <summary>
    /// What is wrong with a definition by itself: the key, where in its text (in UTF-16 code units; null for the key), and what.
    /// </summary>
    public static IEnumerable<(string Key, int? Offset, string What, string? Remedy)> Validate(TaskDefinition definition)
    {
        var mistakes = new List<(string, int?, string, string?)>();
        var fields = new Dictionary<string, TaskTemplate>(StringComparer.Ordinal);
        foreach (var (key, template) in definition.Templates)
        {
            try
            {
                var read = TaskTemplate.Parse(template);
                if (key.StartsWith("fields.", StringComparison.Ordinal))
                {
                    fields.Add(key["fields.".Length..], read);
                }
            }
            catch (TemplateMistakeException mistake)
            {
                mistakes.Add((key, mistake.Offset, mistake.Message, mistake.Remedy));
            }
        }

        mistakes.AddRange(Circles(fields));
        mistakes.AddRange(Shape(definition).Select(m => (m.Key, (int?)null, m.What, m.Remedy)));
        return mistakes;
    }

    /// <param name="definition">A sound one.</param>
    /// <param name="data">Its files of questions, in order.</param>
    /// <param name="examples">Its files of examples, in order; empty for the questions.</param>
    /// <param name="shots">Examples before each question.</param>
    /// <param name="limit">Questions at most; 0 takes all.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">A file is missing or a row wrong.</exception>
    public static EvaluationTask Load(
        TaskDefinition definition, IReadOnlyList<string> data, IReadOnlyList<string> examples, int shots, int limit) =>
        ReaderOf(definition, data, examples).Load(shots, limit);

    /// <summary>Reads a task's files through before anything is computed.</summary>
    /// <param name="definition">A sound one.</param>
    /// <param name="data">Its files of questions, in order.</param>
    /// <param name="examples">Its files of examples, in order; empty for the questions.</param>
    /// <param name="shots">Examples before each question.</param>
    /// <param name="facts">Knows what was found out before.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">A file is missing, or a row is none of the task.</exception>
    public static void Check(
        TaskDefinition definition, IReadOnlyList<string> data, IReadOnlyList<string> examples, int shots, FactOfFile facts) =>
        ReaderOf(definition, data, examples).Check(shots, facts, VersionOf(definition));

    /// <summary>One text for two definitions that make the same of a row.</summary>
    public static string VersionOf(TaskDefinition definition) =>
        Digest.Of(System.Text.Json.JsonSerializer.Serialize(definition, ComposerJson.Inputs)).ToString();

    private static TaskReader ReaderOf(TaskDefinition definition, IReadOnlyList<string> data, IReadOnlyList<string> examples)
    {
        foreach (var path in data.Concat(examples).Where(path => !File.Exists(path)))
        {
            throw LanguageMistake.FileMissing(path, $"The task '{definition.Name}' names it; paths are relative to the task's file.");
        }

        return new TaskReader(
            new DefinedTask(definition),
            data,
            definition.OutputType == TaskOutput.RollingLogLikelihood ? [] : examples.Count > 0 ? examples : data);
    }

    /// <summary>Fields that need themselves, by way of others.</summary>
    private static IEnumerable<(string, int?, string, string?)> Circles(Dictionary<string, TaskTemplate> fields)
    {
        foreach (var (name, template) in fields)
        {
            foreach (var (reference, offset) in template.References.Where(r => r.Name != name && fields.ContainsKey(r.Name)))
            {
                if (Reaches(reference, name, []))
                {
                    yield return (
                        $"fields.{name}", offset, $"'{name}' and '{reference}' are made of each other.", "Give one of them another name.");
                }
            }
        }

        bool Reaches(string from, string to, HashSet<string> seen) => seen.Add(from) && fields[from].References.Any(
            r => r.Name == to || (r.Name != from && fields.ContainsKey(r.Name) && Reaches(r.Name, to, seen)));
    }

    private static IEnumerable<(string Key, string What, string? Remedy)> Shape(TaskDefinition definition)
    {
        var output = definition.OutputType;
        var name = SettingNames.Of(output);
        var perChoice = definition.Contexts.Count > 0;
        (string Key, bool IsGiven, bool MayBe, bool MustBe)[] keys = output switch
        {
            TaskOutput.MultipleChoice =>
            [
                ("context", definition.Context.Length > 0, !perChoice, false),
                ("contexts", perChoice, true, false),
                ("choices", definition.Choices.Count > 0, !perChoice, !perChoice),
                ("answer", definition.Answer.Length > 0, true, true),
                ("target", definition.Target.Length > 0, perChoice, perChoice),
            ],
            _ =>
            [
                ("context", definition.Context.Length > 0, output == TaskOutput.LogLikelihood, false),
                ("contexts", perChoice, false, false),
                ("choices", definition.Choices.Count > 0, false, false),
                ("answer", definition.Answer.Length > 0, false, false),
                ("target", definition.Target.Length > 0, true, true),
            ],
        };
        foreach (var (key, isGiven, mayBe, mustBe) in keys)
        {
            if (isGiven && !mayBe)
            {
                yield return (key, $"A task of {name}{(perChoice ? " with 'contexts'" : "")} has no '{key}'.", "Leave it out.");
            }
            else if (!isGiven && mustBe)
            {
                yield return (key, $"A task of {name}{(perChoice ? " with 'contexts'" : "")} needs '{key}'.", null);
            }
        }

        var metrics = EvaluationMetrics.Of(output).Where(m => !perChoice || m != EvaluationMetric.NormalizedAccuracy).ToList();
        for (var i = 0; i < definition.Metrics.Count; i++)
        {
            if (!metrics.Contains(definition.Metrics[i]))
            {
                yield return (
                    FormattableString.Invariant($"metrics[{i}]"),
                    $"{SettingNames.Of(definition.Metrics[i])} is not measured of {name}"
                    + $"{(perChoice ? " with 'contexts', whose choices are all as long" : "")}.",
                    $"There are {string.Join(", ", metrics.Select(m => SettingNames.Of(m)))}.");
            }
        }

        if (EvaluationTasks.Names.Contains(definition.Name))
        {
            yield return ("name", $"'{definition.Name}' is a task of its own already.", "Choose another name.");
        }
    }
}
