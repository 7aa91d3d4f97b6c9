using System.Globalization;
using System.Text;

namespace Composer.Build.Workflows;

/// <summary>A workflow of GitHub Actions that calls this build and keeps what it leaves.</summary>
/// <remarks>
/// NUKE's own attribute writes files as a side effect of every local build and gives its steps no options; this
/// writes the same text with NUKE and with the stand-in, when asked to.
/// </remarks>
/// <param name="Name">The file is named after it.</param>
/// <param name="Jobs">Run side by side.</param>
internal sealed record Workflow(string Name, IReadOnlyList<WorkflowJob> Jobs)
{
    /// <summary>What is uploaded, whether or not the steps succeed.</summary>
    private static readonly string[] Kept = ["artifacts/junit", "artifacts/logs", "artifacts/reports", "artifacts/test-results"];

    /// <summary>Relative to the clone.</summary>
    public string Path => $".github/workflows/{Name}.yml";

    /// <summary>The file's text.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Written by './build.sh GenerateWorkflows' from build/Workflows; a test fails when the two differ.
            name: {Name}

            on:
              push:
                branches: [main]
              pull_request:

            permissions:
              contents: read

            jobs:

            """);
        text.AppendJoin("\n", Jobs.Select(Job));
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Job(WorkflowJob job) => $$$"""
          {{{job.Id}}}:
            runs-on: ubuntu-latest
            timeout-minutes: {{{job.MinutesAtMost.ToString(CultureInfo.InvariantCulture)}}}
            steps:
              - uses: actions/checkout@v4
              - uses: actions/setup-dotnet@v4
                with:
                  global-json-file: global.json
              - uses: actions/cache@v4
                with:
                  path: ~/.nuget/packages
                  key: nuget-${{ runner.os }}-${{ hashFiles('Directory.Packages.props', 'global.json') }}
        {{{string.Concat(job.Steps.Select(Step))}}}      - name: Keep reports and logs
                if: always()
                uses: actions/upload-artifact@v4
                with:
                  name: {{{job.Id}}}
                  if-no-files-found: ignore
                  path: |
        {{{string.Concat(Kept.Select(folder => $"            {folder}\n"))}}}
        """;

    private static string Step(WorkflowStep step) => $"""
              - name: {step.Target}
                run: ./build.sh {step.Target}{(step.Options.Length > 0 ? " " : "")}{step.Options}

        """;
}
