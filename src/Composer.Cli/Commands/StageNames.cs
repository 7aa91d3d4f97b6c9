using System.CommandLine;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Graph;

namespace Composer.Cli.Commands;

/// <summary>Stages by the names that a user gives.</summary>
internal static class StageNames
{
    /// <summary><c>--until STAGE</c></summary>
    public static Option<string?> UntilOption() => new("--until")
    {
        Description = "Stop after this kind of stage (search, aggregate, extrapolate, tokenize, pretrain, import, lm-eval) or this stage.",
        HelpName = "STAGE",
    };

    /// <summary>The graph up to a stage; the whole when none is given.</summary>
    /// <exception cref="UserInputException">There is no such stage.</exception>
    public static StageGraph Until(string? last, StageGraph graph) =>
        last is null ? graph : graph.Until(last) ?? throw Unknown(last, graph, graph.Kinds.Names);

    /// <summary>That an experiment has no such stage, with what it may have meant.</summary>
    /// <param name="name">What was given.</param>
    /// <param name="graph">The experiment.</param>
    /// <param name="more">What could have been given beside the names of stages.</param>
    public static UserInputException Unknown(string name, StageGraph graph, params IEnumerable<string> more) => new(new Diagnostic(
        "CMP1006",
        DiagnosticSeverity.Error,
        $"{graph.Experiment} has no stage '{name}'.",
        Remedy: Suggestion.DidYouMean(name, more.Concat(graph.Stages.Select(s => s.Name)).Distinct()) ?? $"There are {string.Join(", ", graph.Stages)}."));
}
