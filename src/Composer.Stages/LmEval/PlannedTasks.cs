using Composer.Core.Diagnostics;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Own;
using Composer.Manifests.Tasks;

namespace Composer.Stages.LmEval;

/// <summary>Reads the files of tasks that a manifest names. No job does: it is told what they say.</summary>
internal static class PlannedTasks
{
    private const string Ending = ".toml";

    /// <summary>As a manifest names them.</summary>
    /// <param name="settings">The manifest's section.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="UserInputException">A task's file is wrong, or two tasks have one name.</exception>
    public static ScoredTasks Read(LmEvalSettings settings, string folder)
    {
        var own = new Dictionary<string, (TaskDefinition, string[], string[])>(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var task in settings.Tasks)
        {
            if (!task.EndsWith(Ending, StringComparison.Ordinal))
            {
                names.Add(task);
                continue;
            }

            var file = Path.GetFullPath(task, folder);
            var definition = TaskFile.Load(Path.IsPathRooted(task) ? file : Path.GetRelativePath(Environment.CurrentDirectory, file));
            var beside = Path.GetDirectoryName(file)!;
            if (!own.TryAdd(definition.Name, (definition, Full(definition.Data), Full(definition.Examples))))
            {
                throw new UserInputException(new Diagnostic(
                    DiagnosticCodes.TaskTwice,
                    DiagnosticSeverity.Error,
                    $"Two of the files in 'lm-eval.tasks' define a task '{definition.Name}'.",
                    new SourceSpan(file, 1, 1, 1, 1),
                    "Give one of them another name."));
            }

            names.Add(definition.Name);

            string[] Full(IEnumerable<string> paths) => [.. paths.Select(path => Path.GetFullPath(path, beside))];
        }

        return new ScoredTasks(settings with { Tasks = [.. names] }, Path.GetFullPath(settings.Data, folder), own);
    }
}
