using Composer.Pipeline.Jobs;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>What a stage, or the jobs that one asks for, will ask of the cluster.</summary>
/// <param name="Name">Such as <c>pretrain/composite</c>.</param>
/// <param name="Kind">The kind's name, by which partitions choose.</param>
/// <param name="Needs">What it cannot do without.</param>
/// <param name="Seconds">About how long it takes; null where that is not known.</param>
public sealed record ClusterDemand(string Name, JobKind Kind, StageNeeds Needs, double? Seconds);
