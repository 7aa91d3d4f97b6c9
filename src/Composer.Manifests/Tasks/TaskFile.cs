using System.Text;
using Composer.Core.Diagnostics;
using Composer.Language.Evaluation.Own;
using Composer.Manifests.Binding;
using Composer.Manifests.Rules;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Tasks;

/// <summary>Reads the TOML file of a task of one's own.</summary>
public static class TaskFile
{
    /// <param name="path">The file; appears in diagnostics as given.</param>
    /// <exception cref="UserInputException">It is not there, or everything that is wrong with it, with file, line and column.</exception>
    public static TaskDefinition Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException(new Diagnostic(
                DiagnosticCodes.CannotRead,
                DiagnosticSeverity.Error,
                $"The task file '{path}' cannot be read: {exception.Message}",
                Remedy: "Name the task's file relative to the project, such as \"tasks/mine.toml\"."));
        }

        return Parse(bytes, path);
    }

    /// <summary>As <see cref="Load"/>, from the file's bytes.</summary>
    /// <param name="utf8">TOML.</param>
    /// <param name="file">What diagnostics call it.</param>
    /// <exception cref="UserInputException">Everything that is wrong.</exception>
    public static TaskDefinition Parse(ReadOnlySpan<byte> utf8, string file)
    {
        var document = TomlReader.Read(utf8, file);
        var problems = new Problems();
        foreach (var mistake in document.Diagnostics)
        {
            problems.Add(mistake);
        }

        var binder = new ManifestBinder(problems, complete: document.Diagnostics.Count == 0);
        var definition = binder.Bind<TaskDefinition>(document.Root);
        if (!problems.HasErrors)
        {
            Check(definition, document.Root, binder.Spans, Encoding.UTF8.GetString(utf8), problems);
        }

        return problems.HasErrors ? throw new UserInputException(problems.Sorted) : definition;
    }

    private static void Check(
        TaskDefinition definition, TomlTable root, IReadOnlyDictionary<string, SourceSpan> spans, string text, Problems problems)
    {
        var source = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!ManifestRules.IsName(definition.Name))
        {
            problems.Error(
                DiagnosticCodes.InvalidName,
                spans["name"],
                $"'{definition.Name}' is no name.",
                "Names are letters, digits, '.', '-' and '_', at most 64.");
        }

        foreach (var (key, offset, what, remedy) in TaskDefinitions.Validate(definition))
        {
            var span = spans.GetValueOrDefault(key, root.Span);
            problems.Error(
                DiagnosticCodes.InvalidTaskFile,
                offset is { } at ? TomlStringText.PlaceOf(source, span, at) : span,
                $"In '{key}': {what}",
                remedy);
        }
    }
}
