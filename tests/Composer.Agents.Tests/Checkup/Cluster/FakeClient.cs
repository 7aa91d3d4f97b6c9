using Composer.Agents.Checkup.Cluster;

namespace Composer.Agents.Tests.Checkup.Cluster;

/// <summary>A cluster of answers: what a command begins with → what it prints; without one it is not there.</summary>
internal sealed class FakeClient(Dictionary<string, string> answers) : IClusterClient
{
    /// <summary>What else happens when a command is called.</summary>
    public Action<string, IReadOnlyList<string>> Called { get; init; } = (_, _) => { };

    public ClientAnswer Call(string command, params IReadOnlyList<string> arguments)
    {
        Called(command, arguments);
        var line = $"{command} {string.Join(' ', arguments)}";
        return answers.Where(a => line.StartsWith(a.Key, StringComparison.Ordinal)).OrderByDescending(a => a.Key.Length).FirstOrDefault() is { Key.Length: > 0 } answer
            ? answer.Value.StartsWith("error: ", StringComparison.Ordinal)
            ? new ClientAnswer(1, "", answer.Value["error: ".Length..])
            : new ClientAnswer(0, answer.Value, "")
            : new ClientAnswer(null, "", $"{command} cannot be started");
    }
}
