using Composer.Agents.Slurm;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>The commands as the agents call them, with less patience: somebody waits.</summary>
internal sealed class SlurmClient : IClusterClient
{
    private readonly SlurmCommands commands = new() { Patience = TimeSpan.FromSeconds(20) };

    public ClientAnswer Call(string command, params IReadOnlyList<string> arguments)
    {
        try
        {
            var (code, output, errors) = commands.RunAsync(command, arguments, CancellationToken.None).GetAwaiter().GetResult();
            return new ClientAnswer(code, output, code == 0 ? "" : LastLine(errors) ?? $"{command} ended with {code}");
        }
        catch (SlurmException failure)
        {
            return new ClientAnswer(null, "", failure.Message);
        }
    }

    private static string? LastLine(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
