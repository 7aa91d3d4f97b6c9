using System.CommandLine;
using System.Globalization;
using Composer.Agents.Slurm;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Acceptance;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Reporting;
using Composer.Reporting.Live;
using Composer.Stages;
using Composer.Stages.Experiment;
using Composer.Stages.Report;
using Composer.Store;
using Composer.Training.Engines;

namespace Composer.Cli.Commands;

/// <summary><c>composer run NAME</c>: the experiment; only what changed runs.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var options = new ExperimentOptions();
        var until = StageNames.UntilOption();
        var agent = new AgentOption();
        var detach = new Option<bool>("--detach")
        {
            Description = "With --agent slurm: leave jobs running when this command is stopped (Ctrl-C, a closed terminal) instead of "
                + "cancelling them; the same command finds them again.",
        };
        var jobs = new Option<int?>("--jobs") { Description = "CPU cores to use; all by default.", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print what happens, one JSON object a line." };
        var accept = new Option<string[]>("--accept")
        {
            Description = "Take the output of the nearest earlier run over for a stage of which nothing but the code has changed; any "
                + "number of times. Needs --because.",
            HelpName = "STAGE",
        };
        var because = new Option<string?>("--because")
        {
            Description = "Why it is the same all the same; kept with the result and shown wherever it is.",
            HelpName = "REASON",
        };
        var check = new Option<bool>("--check")
        {
            Description = "Compute what is in the store once more, with other threads and in another folder, and compare the digests; "
                + "publish nothing.",
        };
        var only = new Option<string?>("--stage")
        {
            Description = "With --check: this kind of stage (evaluate is part of search) or this stage alone.",
            HelpName = "STAGE",
        };
        var junit = new Option<string?>("--junit") { Description = "Write what became of each stage as JUnit XML.", HelpName = "FILE" };
        var github = new Option<bool>("--github")
        {
            Description = "Print annotations, a group and a summary for GitHub Actions; on by itself where GITHUB_ACTIONS is true.",
        };
        var command = new Command("run", "Run an experiment: every stage whose result is not in the store.")
        {
            until, agent.Option, detach, jobs, json, check, only, junit, github, accept, because,
        };
        only.Validators.Add(result =>
        {
            if (!result.GetValue(check))
            {
                result.AddError("--stage goes with --check; --until ends a run after a stage.");
            }
        });
        options.AddTo(command);
        jobs.Validators.Add(result =>
        {
            // What is no number at all, the parser itself complains of.
            if (result.Tokens is [var token] && long.TryParse(token.Value, CultureInfo.InvariantCulture, out var count) && count < 1)
            {
                result.AddError("--jobs must be at least 1.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(accept) is null != string.IsNullOrWhiteSpace(result.GetValue(because)))
            {
                result.AddError("--accept STAGE and --because REASON go together.");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            var (manifest, bytes, workspace) = options.Load(parsed, agent.Settings(parsed));
            if (parsed.GetValue(junit) is { } report)
            {
                JUnitReport.Probe(report);
            }

            var whole = ExperimentGraphs.Build(manifest, workspace, Session.Kinds);
            var graph = StageNames.Until(parsed.GetValue(until), whole);
            using var store = Session.OpenStore(workspace);
            var machine = Session.Resources(parsed.GetValue(jobs));
            var resources = AgentOption.ResourcesOf(manifest.Manifest.Agents, machine);
            if (parsed.GetValue(check))
            {
                var wanted = parsed.GetValue(only) is { } one ? Named(one, graph) : _ => true;
                return await StageCheck.RunAsync(
                    graph, wanted, workspace, store, machine, parsed.GetValue(json), parsed.GetValue(junit)).ConfigureAwait(false);
            }

            if (parsed.GetValue(accept) is { Length: > 0 } accepted)
            {
                new OutputAcceptance(store, workspace, resources, TimeProvider.System)
                    .Accept(graph, accepted, parsed.GetValue(because)!.Trim());
            }

            var plan = new Planner(store, workspace, resources).Plan(graph);
            if (Blocked(graph, plan, manifest) is { } message)
            {
                await Console.Error.WriteLineAsync(message).ConfigureAwait(false);
                return ExitCode.Blocked;
            }

            var display = RunObservers.Create(parsed.GetValue(json), graph);
            IRunObserver[] reports = [.. Reports(manifest, parsed.GetValue(junit), parsed.GetValue(json), parsed.GetValue(github))];
            return await RunAsync(graph, whole, plan, manifest, bytes, workspace, store, Agents, display, reports).ConfigureAwait(false);

            IAgentPool Agents(CancellationToken stopped) => AgentOption.PoolOf(
                manifest.Manifest, machine, workspace, parsed.GetValue(detach) ? stopped : CancellationToken.None);
        });
        return command;
    }

    private static IEnumerable<IRunObserver> Reports(ResolvedExperiment manifest, string? junit, bool json, bool github)
    {
        if (junit is not null)
        {
            yield return new JUnitReport(junit);
        }

        if (GitHubAnnotations.AreWanted(github ? ["--github"] : []))
        {
            // JSON lines stay alone on standard output.
            yield return new GitHubAnnotations(
                manifest, json ? Console.Error : Console.Out, Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY"));
        }
    }

    private static Func<Stage, bool> Named(string kindOrName, StageGraph graph)
    {
        var kind = graph.Kinds.StageOf(kindOrName);
        return graph.Stages.Any(s => s.Kind.Name == kind || s.Name == kind)
            ? stage => stage.Kind.Name == kind || stage.Name == kind
            : throw StageNames.Unknown(kindOrName, graph, graph.Kinds.Names);
    }

    private static async Task<int> RunAsync(
        StageGraph graph,
        StageGraph whole,
        IReadOnlyList<PlannedStage> plan,
        ResolvedExperiment manifest,
        byte[] bytes,
        Workspace workspace,
        StageStore store,
        Func<CancellationToken, IAgentPool> startAgents,
        IRunDisplay display,
        IReadOnlyList<IRunObserver> reports)
    {
        using var interruption = new Interruption();
        using var log = new LogObserver(workspace.Logs);
        using var shown = display;
        using var live = LivePage(graph, manifest, workspace, store);
        var observers = new Observers(
            [
                log, .. reports.OfType<GitHubAnnotations>(), shown, .. reports.Where(r => r is not GitHubAnnotations),
                .. live is null ? Array.Empty<IRunObserver>() : [live],
            ]);
        var agents = startAgents(interruption.Token);
        await using var pool = agents.ConfigureAwait(false);
        var coordinator = new Coordinator(store, agents, workspace, TimeProvider.System, observers);
        var outcome = await coordinator.RunAsync(graph, bytes, interruption.Token, plan).ConfigureAwait(false);

        // From here on the page is the report itself.
        live?.Stop();
        var report = ReportPublication.Publish(outcome, manifest, workspace);
        var finished = new RunFinished(
            TimeProvider.System.GetUtcNow(),
            outcome.Run,
            outcome.Count(StageStatus.Ran),
            outcome.Count(StageStatus.Hit),
            outcome.Count(StageStatus.Failed),
            outcome.EvaluationsRan,
            outcome.EvaluationHits,
            report,
            outcome.ExitCode,
            outcome.Seconds)
        {
            FailedStages = outcome.NamesOf(StageStatus.Failed),
            SkippedStages = outcome.NamesOf(StageStatus.Skipped),
            Results = ResultsOf(whole, outcome, store),
        };
        observers.On(finished);
        if (outcome.ExitCode == ExitCode.Cancelled && (agents as SlurmAgentPool)?.LeftRunning is { } jobs)
        {
            await Console.Error.WriteLineAsync($"The jobs run on ('squeue -n {jobs}' shows them); the same command goes on with them.")
                .ConfigureAwait(false);
        }

        return outcome.ExitCode;
    }

    /// <summary>How the models did, of those that are trained; also where the run ends before its report.</summary>
    private static IReadOnlyList<string> ResultsOf(StageGraph whole, RunOutcome outcome, StageStore store)
    {
        var keys = outcome.Stages.Where(s => s.Key is not null && s.Status is StageStatus.Ran or StageStatus.Hit)
            .ToDictionary(s => s.Name, s => s.Key!.Value, StringComparer.Ordinal);
        return new ReportPreview(whole, store).WithoutAnalyses(keys) is { } content ? ResultLines.Of(content) : [];
    }

    /// <summary>The page of the run while it goes on; null where it ends in no report.</summary>
    private static LiveReport? LivePage(StageGraph graph, ResolvedExperiment manifest, Workspace workspace, StageStore store)
    {
        var path = ReportPublication.PathOf(manifest, workspace);
        return ReportPreview.IsIn(graph)
            ? new LiveReport(new ReportPreview(graph, store), page => ReportPublication.Show(path, page), TimeProvider.System)
            : null;
    }

    private static string? Blocked(StageGraph graph, IReadOnlyList<PlannedStage> plan, ResolvedExperiment manifest)
    {
        var blocked = plan.Where(p => p.Status == PlanStatus.Blocked).ToArray();
        if (blocked.Length == 0)
        {
            return null;
        }

        var lines = new List<string>();
        foreach (var need in blocked.SelectMany(b => b.Lacks.Select(lack => (lack.Sentence, b.Stage)))
                .GroupBy(n => n.Sentence, n => n.Stage.Name))
        {
            lines.Add($"error CMP1007: {graph.Experiment}: {string.Join(", ", need)}: {need.Key}.");
        }

        var before = blocked.SelectMany(b => b.Stage.Inputs).Select(i => i.Kind.Name).FirstOrDefault() ?? KindNames.Extrapolate;
        lines.Add("Nothing ran. Ways on:");
        lines.Add($"  --until {before,-24} everything that this machine can do");
        if (manifest.Profiles.Contains("smoke") && graph.Profile is null)
        {
            lines.Add($"  {"--profile smoke",-32} the same experiment, small enough for two CPU cores");
        }

        if (blocked.Any(b => b.Stage.Needs.Engine is not (null or EngineRegistry.Cpu)))
        {
            lines.Add($"  {"--set pretrain.engine=cpu",-32} the engine that is built in");
        }

        if (blocked.Any(b => b.Stage.Needs.Gpus > 0))
        {
            if (blocked.Any(b => b.Stage.Needs is { Gpus: > 0, Engine: "torch" }))
            {
                lines.Add($"  {"--set pretrain.resources.gpus=0",-32} the same engine on this machine's processor");
            }

            lines.Add($"  {"an agent with a GPU",-32} the same command on a machine with an NVIDIA GPU; see README, \"GPU agents\"");
        }

        lines.Add($"  {$"composer doctor {graph.Experiment}",-32} everything that is lacking here, each with the command that mends it");
        return string.Join(Environment.NewLine, lines);
    }
}
