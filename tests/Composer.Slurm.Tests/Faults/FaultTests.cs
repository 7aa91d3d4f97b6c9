using System.Globalization;
using Composer.Slurm.Tests.Cluster;

namespace Composer.Slurm.Tests.Faults;

/// <summary>What tests of faults share: a cluster that is whole again after each.</summary>
public abstract class FaultTests(SlurmCluster cluster, FaultTable table) : IDisposable
{
    /// <summary>The cluster.</summary>
    protected SlurmCluster Cluster { get; } = cluster;

    /// <summary>What each fault costs.</summary>
    protected FaultTable Table { get; } = table;

    /// <summary>Says how often a fault is tried, instead of five times at length and once in every run.</summary>
    private const string TimesVariable = "COMPOSER_FAULT_TIMES";

    private static int Times => int.TryParse(Environment.GetEnvironmentVariable(TimesVariable), CultureInfo.InvariantCulture, out var times)
        ? times
        : Soak.IsOn ? 5 : 1;

    public void Dispose()
    {
        Cluster.Restore();
        GC.SuppressFinalize(this);
    }

    /// <summary>Disturbs an experiment as often as it is to be, on a whole cluster each time, and asserts that nothing came of it.</summary>
    /// <param name="fault">As the table names it.</param>
    /// <param name="experiment">Makes the experiment.</param>
    /// <param name="disturb">Runs it to its good end, and does to it what is to be done.</param>
    private protected void Try(string fault, Func<ClusterExperiment> experiment, Action<ClusterExperiment> disturb)
    {
        for (var i = 0; i < Times; i++)
        {
            if (i > 0)
            {
                Cluster.Restore();
            }

            using var disturbed = experiment();
            disturb(disturbed);
            disturbed.AssertWhole(fault, Table);
        }
    }

    private protected ClusterExperiment Training(string agents = "", string setup = "") => new(Cluster, Scenario.Training, agents, setup);

    private protected ClusterExperiment SteadyTraining(string agents = "", string setup = "") => new(Cluster, Scenario.SteadyTraining, agents, setup);

    private protected ClusterExperiment LongTraining(string agents = "", string setup = "") => new(Cluster, Scenario.LongTraining, agents, setup);

    private protected ClusterExperiment Search(string agents = "", string setup = "") => new(Cluster, Scenario.Search, agents, setup);

    /// <summary>The settings of a partition.</summary>
    private protected static string Partition(string name, string more = "") => $"[[slurm.partition]]\nname = \"{name}\"\n{more}";
}
