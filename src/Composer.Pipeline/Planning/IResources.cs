using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Planning;

/// <summary>What the agents of a run have.</summary>
public interface IResources
{
    /// <summary>Everything that a computation needs and is not there; empty when it can run.</summary>
    IReadOnlyList<MachineLack> WhatLacks(StageNeeds needs);

    /// <summary>CPU cores, over which the many small jobs that a stage asks for are spread.</summary>
    int Cores => 1;
}
