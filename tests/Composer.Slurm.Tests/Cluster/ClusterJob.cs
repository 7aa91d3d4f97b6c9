using System.Globalization;

namespace Composer.Slurm.Tests.Cluster;

/// <summary>A job, or a task of an array, as the controller has it.</summary>
/// <param name="Number">Its own number.</param>
/// <param name="Id">Its number, or the array's with the task's.</param>
/// <param name="Name">Its name.</param>
/// <param name="Comment">Its comment.</param>
/// <param name="State">Such as RUNNING.</param>
/// <param name="Reason">Why it waits, or ended.</param>
/// <param name="Node">Where it runs or ran; empty when it never did.</param>
/// <param name="Partition">Its partition.</param>
public sealed record ClusterJob(
    int Number, string Id, string Name, string Comment, string State, string Reason, string Node, string Partition)
{
    internal static ClusterJob Parse(string line)
    {
        var fields = line.Split('|');
        return new ClusterJob(
            int.Parse(fields[0], CultureInfo.InvariantCulture), fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], fields[7]);
    }
}
