namespace Composer.Build.Workflows;

/// <summary>
/// What a change must pass: all tests; and the quickstart, computed and computed once more, to the same bits.
/// </summary>
internal static class ContinuousIntegration
{
    public static Workflow Workflow { get; } = new(
        "ci",
        [
            new WorkflowJob("test", 45, [new WorkflowStep("Test")]),
            new WorkflowJob("quickstart", 60,
            [
                new WorkflowStep("Experiment", "--name quickstart --junit artifacts/junit/quickstart.xml"),
                new WorkflowStep("Check", "--name quickstart --junit artifacts/junit/check.xml"),
            ]),
        ]);
}
