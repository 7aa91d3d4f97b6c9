using System.Text.Json.Nodes;

namespace Composer.Testing.Execution;

/// <summary>A call of composer that has ended.</summary>
/// <param name="ExitCode">Of the process.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Events">The lines of <c>run --json</c>.</param>
/// <param name="Time">From the start of the process to its end.</param>
public sealed record CompletedCall(int ExitCode, string Output, string Error, IReadOnlyList<JsonObject> Events, TimeSpan Time)
{
    /// <summary>The whole output as one JSON object.</summary>
    public JsonObject Json => JsonNode.Parse(Output)!.AsObject();

    /// <summary>The last line of <c>run --json</c>.</summary>
    public JsonObject Finished => Events[^1];

    /// <summary>How many stages ran.</summary>
    public int Ran => Finished["ran"]!.GetValue<int>();

    /// <summary>How many stages the store had.</summary>
    public int Hits => Finished["hits"]!.GetValue<int>();

    /// <summary>The stages that came to this: ran, hit, failed …; in ordinal order.</summary>
    public IEnumerable<string> Stages(string status) =>
        Events.Where(e => (string?)e["event"] == "stage-finished" && (string?)e["status"] == status)
            .Select(e => (string)e["stage"]!).Order(StringComparer.Ordinal);

    /// <summary>Fails with everything that was printed when the exit code is another.</summary>
    public CompletedCall Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}\n{Output}\n{Error}");
        return this;
    }
}
