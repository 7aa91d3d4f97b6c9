using System.Text.RegularExpressions;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>What people read of <c>plan</c>, <c>run</c> and <c>why</c>, whole, but for what no two runs have alike.</summary>
public sealed partial class ConsoleOutputTests
{
    [Fact]
    public void Plan_run_and_why_print_what_their_golden_files_hold()
    {
        using var workspace = new ExperimentWorkspace();

        Verify("plan-before.txt", workspace.Call("plan", TinyExperiment.Name));
        Verify("run.txt", workspace.Call("run", TinyExperiment.Name), StageByStage);
        Verify("plan-after.txt", workspace.Call("plan", TinyExperiment.Name));
        Verify("run-again.txt", workspace.Call("run", TinyExperiment.Name), StageByStage);
        Verify("why.txt", workspace.Call("why", TinyExperiment.Name, "pretrain/composite", "--set", "pretrain.tokens=8192"));

        void Verify(string file, CompletedCall call, Func<string, string>? inOrder = null)
        {
            var text = call.Expect(0).Output.ReplaceLineEndings("\n");
            GoldenFile.Of($"console/{file}").Verify(Steady((inOrder ?? (t => t))(text), workspace.Root));
        }
    }

    [Theory]
    [InlineData("  search   done  1 min 18 s   64 trials, best 2M at 1.5031", "  search   done  TIME   64 trials, best 2M at NUMBER")]
    [InlineData("  search   done  60 s     64 trials", "  search   done  TIME   64 trials")]
    [InlineData("tiny · run 20261126-032536-564-1bdd", "tiny · run RUN")]
    [InlineData("tiny · run 20261126-032536-564-d49", "tiny · run RUN")]
    [InlineData("hit   2f9c1a0b3c4d   41 min ago", "hit   DIGEST   TIME ago")]
    [InlineData("hit   123456   41 min ago, 123456 tokens", "hit   DIGEST   TIME ago, 123456 tokens")]
    [InlineData("  lm-eval/llama: runs (its input changed: weights)", "  lm-eval/llama: runs (REASON)")]
    [InlineData("  lm-eval/llama: runs (lm-eval.limit: 5 → 3)", "  lm-eval/llama: runs (lm-eval.limit: 5 → 3)")]
    [InlineData("≈ 3 h 10 min, 665,600 tokens, 8 of 8, 0.75 KiB", "≈ TIME, 665,600 tokens, 8 of 8, 0.75 KiB")]
    [InlineData("/tmp/x/artifacts/reports/tiny/index.html", "WORKSPACE/artifacts/reports/tiny/index.html")]
    public void Nothing_else_is_replaced(string printed, string expected) => Assert.Equal(expected, Steady(printed, "/tmp/x"));

    private static string Steady(string text, string root)
    {
        text = text.Replace(root, "WORKSPACE", StringComparison.Ordinal);
        text = RunId().Replace(text, "RUN");
        text = HexDigest().Replace(text, "DIGEST");
        text = Time().Replace(text, "TIME");
        text = Speed().Replace(text, "NUMBER");
        text = ResultNumber().Replace(text, "NUMBER");
        text = Tier().Replace(text, "TIER");
        text = FirstReason().Replace(text, "REASON");
        return PaddedPlaceholder().Replace(text, "$1   ");
    }

    /// <summary>Stages run side by side: the lines of each stay in their order, the stages come by name.</summary>
    private static string StageByStage(string text) => string.Join('\n', Sections(text.Split('\n')).SelectMany(lines =>
        lines[0].StartsWith("  ", StringComparison.Ordinal)
            ? lines.OrderBy(line => line.Trim().Split(' ', ':')[0], StringComparer.Ordinal)
            : lines.AsEnumerable()));

    /// <summary>Runs of lines that are indented, and of those that are not.</summary>
    private static IEnumerable<List<string>> Sections(IEnumerable<string> lines)
    {
        var section = new List<string>();
        foreach (var line in lines)
        {
            if (section.Count > 0
                    && section[^1].StartsWith("  ", StringComparison.Ordinal) != line.StartsWith("  ", StringComparison.Ordinal))
            {
                yield return section;
                section = [];
            }

            section.Add(line);
        }

        yield return section;
    }

    [GeneratedRegex(@"\b\d{8}-\d{6}-\d{3}-[0-9a-f]{1,4}\b")]
    private static partial Regex RunId();

    [GeneratedRegex(@"(?<=\bhit +)[0-9a-f]{6,}\b|\b[0-9a-f]{12,64}\b")]
    private static partial Regex HexDigest();

    [GeneratedRegex(@"(?<![\w.,])[\d,]+(\.\d+)? (ms|s|min|h|d)\b( \d+ (s|min|h)\b)?")]
    private static partial Regex Time();

    /// <summary>Losses and scores, which differ with the instruction set.</summary>
    [GeneratedRegex(@"\b\d+\.\d{3,}")]
    private static partial Regex ResultNumber();

    [GeneratedRegex(@"[\d,.]+(?= tokens/s)")]
    private static partial Regex Speed();

    [GeneratedRegex(@"(?<=cpu/)\w+")]
    private static partial Regex Tier();

    /// <summary>A stage that never ran is compared with the newest of its kind, which a race decides.</summary>
    [GeneratedRegex(@"(?<=: runs \()(never ran|its input changed: [a-z, ]+)(?=\))")]
    private static partial Regex FirstReason();

    [GeneratedRegex(@"(TIME|DIGEST|NUMBER) {2,}")]
    private static partial Regex PaddedPlaceholder();
}
