namespace Composer.Agents.Checkup.Cluster;

/// <summary>Calls a cluster's client commands.</summary>
internal interface IClusterClient
{
    /// <summary>Calls one and waits for its end, or as long as one may take.</summary>
    ClientAnswer Call(string command, params IReadOnlyList<string> arguments);
}

/// <summary>What came of a client command.</summary>
/// <param name="Code">Its exit code; null: it is not there, or did not answer in time.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">Why it has not done it, in a line; empty where it has.</param>
internal sealed record ClientAnswer(int? Code, string Output, string Error)
{
    /// <summary>Whether it has done it.</summary>
    public bool IsGood => Code == 0;

    /// <summary>The lines that it printed.</summary>
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
